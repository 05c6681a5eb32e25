import Basics
import DICOM
import Foundation
import TestSupport
import Testing

/// The door: from a modality of others to the radiologist's folder, and what is killed on the way.
@Suite(.needs("dcmdump"), .timeLimit(.minutes(5))) struct DoorTests {
    struct Clinic {
        let site: Site
        var folder: String { site.folder + "/door" }
        /// What is stored, by SOPInstanceUID: the data set's bytes.
        let dataSets: [String: [UInt8]]
        var originals: String { site.originals }

        /// - Parameter side: rows and columns of each image.
        init(files: Int, side: Int = 64) async throws {
            site = try await Site.withTrust()
            var dataSets: [String: [UInt8]] = [:]
            for number in 1...files {
                let bytes = try SyntheticImage(rows: side, columns: side, studyUID: "2.25.61", instance: number).file()
                _ = try site.write(bytes, as: "\(number).dcm")
                dataSets["2.25.61.1.\(number)"] = Array(bytes[try StorageIdentity(of: bytes).dataSetOffset...])
            }
            self.dataSets = dataSets
        }

        func listen(_ address: String, port: Int = 0, _ more: [String] = []) async throws -> (RunningProgram, port: String) {
            let door = try RunningProgram(
                Programs.send,
                [
                    "listen", "--home", site.clinicHome, "--port", String(port), "--bind", "127.0.0.1", "--ae",
                    "VEILRAY=radiologist,\(address)", "--ae", "VEILRAY_STAT=radiologist,stat,\(address)", "--allow", "CT1@127.0.0.1",
                    "--folder", folder, "--quiet", "1s", "--quiet-after-cut", "2s", "--json",
                ] + more)
            let listening = try await door.event("listening")
            let ports = try #require(listening["ports"] as? [Int])
            return (door, String(ports[0]))
        }

        func store(to port: String, called: String = "VEILRAY", _ paths: [String]? = nil) async throws -> Finished {
            try await DCMTK.run("storescu", ["-aet", "CT1", "-aec", called, "+sd", "-xe", "127.0.0.1", port] + (paths ?? [originals]))
        }

        /// Data sets below a folder, by SOPInstanceUID.
        func received(below folder: String) throws -> [String: [UInt8]] {
            var sets: [String: [UInt8]] = [:]
            for (name, content) in site.files(below: folder) where name.hasSuffix(".dcm") {
                let bytes = Array(content)
                let identity = try StorageIdentity(of: bytes)
                sets[identity.sopInstanceUID] = Array(bytes[identity.dataSetOffset...])
            }
            return sets
        }
    }

    private func stop(_ programs: RunningProgram...) async -> [Finished] {
        var ends: [Finished] = []
        for program in programs {
            program.signal(SIGTERM)
            ends.append(await program.finish())
        }
        return ends
    }

    @Test func fromAModalityToTheRadiologist() async throws {
        let clinic = try await Clinic(files: 5)
        let (receiver, address) = try await clinic.site.startReceiver(["--layout", "flat"])
        let (door, port) = try await clinic.listen(address)
        let stored = try await clinic.store(to: port)
        #expect(stored.status == 0, "\(stored.errors)")
        let association = try await door.event("association")
        #expect(association["stored"] as? Int == 5 && association["ending"] as? String == "released")
        let filed = try await door.event("filed")
        #expect(filed["sent"] as? Int == 5 && filed["failed"] as? Int == 0)
        #expect(try clinic.received(below: clinic.site.inbox) == clinic.dataSets)
        #expect(try clinic.received(below: clinic.folder + "/VEILRAY/sent/2.25.61") == clinic.dataSets)
        // The same once more is the same, and makes no other transfer.
        #expect(try await clinic.store(to: port).status == 0)
        try await Task.sleep(for: .seconds(3))
        let ends = await stop(door, receiver)
        #expect(ends.allSatisfy { $0.status == 0 }, "\(ends.map(\.errors))")
        #expect(ends[0].events(named: "queued").count == 1)
        #expect(ends[0].events(named: "queued").first?["priority"] as? String == "routine")
    }

    /// The other title is the urgent one; nobody else is let in.
    @Test func theCalledTitleChooses() async throws {
        let clinic = try await Clinic(files: 1)
        let (receiver, address) = try await clinic.site.startReceiver(["--layout", "flat"])
        let (door, port) = try await clinic.listen(address)
        #expect(try await clinic.store(to: port, called: "OTHER").status != 0)
        let refused = try await door.event("associationRefused")
        #expect(refused["called"] as? String == "OTHER" && refused["calling"] as? String == "CT1")
        #expect(try await clinic.store(to: port, called: "VEILRAY_STAT").status == 0)
        let queued = try await door.event("queued")
        #expect(queued["priority"] as? String == "stat")
        _ = try await door.event("filed")
        _ = await stop(door, receiver)
        #expect(try clinic.received(below: clinic.site.inbox) == clinic.dataSets)
    }

    /// Killed right after the last answer: what was answered with success is there, and goes out after the next start.
    @Test func whatWasAnsweredSurvivesAKilledDoor() async throws {
        let clinic = try await Clinic(files: 6)
        let (receiver, address) = try await clinic.site.startReceiver(["--layout", "flat"])
        let (first, port) = try await clinic.listen(address)
        #expect(try await clinic.store(to: port).status == 0)
        first.signal(SIGKILL)
        _ = await first.finish()
        #expect(try clinic.received(below: clinic.folder + "/VEILRAY") == clinic.dataSets)
        let (second, _) = try await clinic.listen(address)
        let filed = try await second.event("filed")
        #expect(filed["sent"] as? Int == 6)
        _ = await stop(second, receiver)
        #expect(try clinic.received(below: clinic.site.inbox) == clinic.dataSets)
    }

    /// Killed at any moment in the middle: a file that is there is whole, and storing all of it again brings each once.
    @Test(arguments: [1, 2, 3]) func killedInTheMiddle(round: Int) async throws {
        let clinic = try await Clinic(files: 8)
        let (receiver, address) = try await clinic.site.startReceiver(["--layout", "flat"])
        let (first, port) = try await clinic.listen(address)
        async let storing = clinic.store(to: port)
        while Files.below(clinic.folder + "/VEILRAY").count(where: { $0.hasSuffix(".dcm") }) < 2 * round {
            try await Task.sleep(for: .milliseconds(1))
        }
        first.signal(SIGKILL)
        _ = await first.finish()
        _ = try await storing
        for (instance, bytes) in try clinic.received(below: clinic.folder + "/VEILRAY") {
            #expect(clinic.dataSets[instance] == bytes)
        }
        let (second, port2) = try await clinic.listen(address)
        #expect(try await clinic.store(to: port2).status == 0)
        var sent = 0
        while sent < 8 { sent += try await second.event("filed", number: sent == 0 ? 1 : 2)["sent"] as? Int ?? 8 }
        let ends = await stop(second, receiver)
        #expect(ends[0].events(named: "filed").reduce(0) { $0 + ($1["sent"] as? Int ?? 0) } == 8, "each went once")
        #expect(try clinic.received(below: clinic.site.inbox) == clinic.dataSets)
    }

    private func modality(_ clinic: Clinic, _ port: String, own: Int) throws -> RunningProgram {
        let python = try #require(ForeignPrograms.path(of: "python3"))
        let paths = Files.below(clinic.originals).sorted().map { "\(clinic.originals)/\($0)" }
        return try RunningProgram(
            python, ["\(Package.folder)/Tests/EndToEndTests/Judges/commitment.py", port, "VEILRAY", String(own), "2.25.9.9"] + paths,
            environment: ["PYTHONDONTWRITEBYTECODE": "1"], deadline: .seconds(240))
    }

    /// A modality is told once the radiologist has signed; a door that is killed between the question and that does not forget it.
    @Test(.needsPython("pynetdicom")) func committedToOnceReceipted() async throws {
        let clinic = try await Clinic(files: 3)
        let (receiverPort, own) = (try SilentListener().port, try SilentListener().port)
        let address = "127.0.0.1:\(receiverPort)"
        let commits = ["--commit", "receipt", "--commit-to", "CT1@127.0.0.1:\(own)"]
        let (first, port) = try await clinic.listen(address, commits)
        let modality = try modality(clinic, port, own: own)
        let asked = try await modality.event("asked")
        #expect(asked["status"] as? String == "0000" && asked["stored"] as? [String] == ["0000"])
        first.signal(SIGKILL)
        _ = await first.finish()
        let (second, _) = try await clinic.listen(address, commits)
        try await Task.sleep(for: .seconds(2))
        #expect(!modality.hasPrinted("told"), "nothing is receipted yet")
        let (receiver, _) = try await clinic.site.startReceiver(["--layout", "flat"], listen: address)
        let told = try await modality.event("told", within: .seconds(120))
        #expect(told["isOurs"] as? Bool == true && told["type"] as? Int == 2)
        #expect(told["committed"] as? [String] == clinic.dataSets.keys.sorted())
        #expect(told["failed"] as? [String] == ["2.25.9.9"] && told["reasons"] as? [String] == ["0112"])
        #expect(
            try await Journal.outbox(of: clinic.site.clinicHome).wait(until: "SELECT COUNT(*) = 0 FROM commitment", within: .seconds(20)))
        _ = await stop(modality, second, receiver)
    }

    /// Off by default: the context is refused, and storing goes on. One whose address is not known is told so.
    @Test(.needsPython("pynetdicom")) func commitmentIsOffByDefault() async throws {
        let clinic = try await Clinic(files: 1)
        for (more, status) in [([], "refused"), (["--commit", "receipt", "--commit-to", "MR1@127.0.0.1:1"], "0110")] {
            let (door, port) = try await clinic.listen("127.0.0.1:1", more)
            let modality = try modality(clinic, port, own: try SilentListener().port)
            let asked = try await modality.event("asked")
            #expect(asked["status"] as? String == status && asked["stored"] as? [String] == ["0000"])
            _ = await stop(modality, door)
        }
    }

    @Test(.needsSmallDisk) func aFullDiskIsA700AndNothingElse() async throws {
        let clinic = try await Clinic(files: 40)
        let disk = try await clinic.site.smallDisk("256k")
        defer { umount2(disk, Int32(MNT_DETACH)) }
        let (door, port) = try await clinic.listen("127.0.0.1:1", ["--folder", disk])
        let stored = try await DCMTK.run(
            "storescu", ["-v", "-nh", "-aet", "CT1", "-aec", "VEILRAY", "+sd", "127.0.0.1", port, clinic.originals])
        #expect((stored.output + stored.errors).contains("Refused: OutOfResources"))
        let refused = try await door.event("instanceRefused")
        #expect(refused["status"] as? String == "A700" && refused["reason"] as? String == "the disk is full")
        let association = try await door.event("association")
        #expect(association["ending"] as? String == "released")
        let kept = try clinic.received(below: disk)
        #expect(kept.count == association["stored"] as? Int)
        for (instance, bytes) in kept { #expect(clinic.dataSets[instance] == bytes) }
        _ = await stop(door)
    }

    @Test func whatIsSaidWrong() async throws {
        let site = try await Site.withTrust()
        for (words, part) in [
            ([], "--port"), (["--port", "0"], "--ae"), (["--port", "0", "--ae", "A=radiologist"], "--allow"),
            (["--port", "0", "--ae", "A=radiologist", "--ae", "A=radiologist", "--allow", "*@*"], "twice"),
            (["--port", "0", "--ae", "A=radiologist,urgent", "--allow", "*@*"], "--ae"),
            (["--port", "0", "--ae", "A=radiologist", "--allow", "CT1@host.example"], "--allow"),
            (["--tls-port", "0", "--ae", "A=radiologist", "--allow", "*@*"], "--tls-certificate"),
            (["--port", "0", "--ae", "A=radiologist", "--allow", "*@*", "--commit", "receipt"], "--commit-to"),
            (["--port", "0", "--ae", "A=radiologist", "--allow", "*@*", "--commit", "always"], "--commit"),
            (["--port", "0", "--ae", "A=nobody,127.0.0.1:1", "--allow", "*@*"], "nobody"),
        ] as [([String], String)] {
            let finished = try await run(Programs.send, ["listen", "--home", site.clinicHome] + words)
            #expect(finished.status != 0 && finished.errors.contains(part), "\(words): \(finished.errors)")
        }
    }
}
