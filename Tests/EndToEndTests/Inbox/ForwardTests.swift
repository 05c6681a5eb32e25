import Basics
import Foundation
import TestSupport
import Testing

/// `--forward`: DCMTK's `storescp` is the PACS.
@Suite struct ForwardTests {
    private static let pacs = "/usr/bin/storescp"

    private func startPACS(_ site: Site, port: Int, _ more: [String] = []) throws -> RunningProgram {
        try FileManager.default.createDirectory(atPath: site.folder + "/pacs", withIntermediateDirectories: true)
        return try RunningProgram(Self.pacs, ["-aet", "PACS", "-od", site.folder + "/pacs"] + more + [String(port)])
    }

    /// A port that nobody has, for now.
    private func freePort() throws -> Int {
        try SilentListener().port
    }

    @Test(.needs("storescp"), .timeLimit(.minutes(5)))
    func awayAndBack() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(5)
        let port = try freePort()
        let options = ["--forward", "PACS@127.0.0.1:\(port)", "--calling", "READER"]
        let (first, address) = try await site.startReceiver(options)
        #expect(try await site.send([site.originals], to: address).status == 0)
        try await first.event("forwardingFailed")
        // A PACS that is away holds nothing up and is not forgotten by a crash.
        first.signal(SIGKILL)
        _ = await first.finish()
        let (second, _) = try await site.startReceiver(options)
        try await second.event("forwardingFailed")
        let pacs = try startPACS(site, port: port)
        let forwarded = try await second.event("forwarded")
        #expect(forwarded["instances"] as? Int == 5)
        #expect(try FileManager.default.contentsOfDirectory(atPath: site.folder + "/pacs").count == 5)
        let status = try await run(Programs.receive, ["status", "--json", "--home", site.radiologistHome])
        #expect(status.events.first?["forwarding"] as? String == "done")
        // Once accepted, never again.
        second.signal(SIGTERM)
        _ = await second.finish()
        let (third, _) = try await site.startReceiver(options)
        try await Task.sleep(for: .seconds(2))
        third.signal(SIGTERM)
        let last = await third.finish()
        #expect(last.events(named: "forwarded").isEmpty && last.events(named: "forwardingFailed").isEmpty)
        pacs.signal(SIGTERM)
        _ = await pacs.finish()
    }

    /// To a PACS that takes TLS only, and asks for a certificate. What cannot be used is told before anything is received.
    @Test(.needs("storescp", "openssl"), .timeLimit(.minutes(5)))
    func overTLS() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(2)
        for name in ["pacs", "reader"] {
            let made = try await ForeignPrograms.run(
                "openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=\(name)",
                    "-keyout", site.folder + "/\(name).key", "-out", site.folder + "/\(name).pem",
                ])
            #expect(made.status == 0, "\(made.errors)")
        }
        let port = try freePort()
        let path = { site.folder + "/" + $0 }
        let pacs = try RunningProgram(
            Self.pacs,
            [
                "-aet", "PACS", "-od", site.folder, "+tls", path("pacs.key"), path("pacs.pem"), "+cf", path("reader.pem"), "-rc",
                String(port),
            ])
        let forward = ["--forward", "PACS@127.0.0.1:\(port)", "--forward-tls", path("pacs.pem")]
        let wrong = try await run(
            Programs.receive,
            [
                "serve", "--listen", "127.0.0.1:0", "--into", site.inbox, "--home", site.radiologistHome, "--forward", "PACS@127.0.0.1:1",
                "--forward-tls", path("nothing.pem"),
            ])
        #expect(wrong.status == 64 && wrong.errors.contains("certificates cannot be read"), "\(wrong.errors)")
        let own = ["--forward-certificate", path("reader.pem"), "--forward-key", path("reader.key")]
        let (receiver, address) = try await site.startReceiver(forward + own)
        #expect(try await site.send([site.originals], to: address).status == 0)
        #expect(try await receiver.event("forwarded")["instances"] as? Int == 2)
        await end(receiver, pacs)
    }

    /// Accepts the connection and never says a word: the receiver is not held up, and forwards when the PACS speaks again.
    @Test(.needs("storescp"), .timeLimit(.minutes(5)))
    func silentPACS() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(2)
        var silent: SilentListener? = try SilentListener()
        let port = try #require(silent?.port)
        let (receiver, address) = try await site.startReceiver(["--forward", "PACS@127.0.0.1:\(port)", "--forward-timeout", "1"])
        #expect(try await site.send([site.originals], to: address).status == 0)
        try await receiver.event("forwardingFailed")
        silent = nil
        let pacs = try startPACS(site, port: port)
        try await receiver.event("forwarded")
        #expect(try FileManager.default.contentsOfDirectory(atPath: site.folder + "/pacs").count == 2)
        for program in [receiver, pacs] {
            program.signal(SIGTERM)
            _ = await program.finish()
        }
    }

    /// A study of which no file can be read any more is no PACS that is away, and no reason for another one to wait.
    @Test(.needs("storescp"), .timeLimit(.minutes(5)))
    func anUnreadableStudyHoldsUpNobody() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(2, folder: "first/")
        try site.writeStudy(3, studyUID: "2.25.1002", folder: "second/")
        let port = try freePort()
        let (receiver, address) = try await site.startReceiver(["--layout", "flat", "--forward", "PACS@127.0.0.1:\(port)"])
        #expect(try await site.send([site.originals + "/first"], to: address).status == 0)
        try await receiver.event("forwardingFailed")
        for (name, _) in site.files(below: site.inbox) { try FileManager.default.removeItem(atPath: "\(site.inbox)/\(name)") }
        let pacs = try startPACS(site, port: port)
        while !receiver.events(named: "forwardingFailed").contains(where: { ($0["reason"] as? String)?.contains("no longer there") == true }
        ) {
            try #require(receiver.isRunning)
            try await Task.sleep(for: .milliseconds(50))
        }
        let tries = receiver.events(named: "forwardingFailed").count
        #expect(try await site.send([site.originals + "/second"], to: address).status == 0)
        let forwarded = try await receiver.event("forwarded")
        #expect(forwarded["instances"] as? Int == 3)
        // It went at once, not with the next try of the other one.
        #expect(receiver.events(named: "forwardingFailed").count <= tries + 1)
        for program in [receiver, pacs] {
            program.signal(SIGTERM)
            _ = await program.finish()
        }
    }

    // MARK: A PACS that answers as it is told

    private func startScripted(_ site: Site, port: Int, _ statuses: String, only sopClass: String? = nil) async throws -> RunningProgram {
        try FileManager.default.createDirectory(atPath: site.folder + "/pacs", withIntermediateDirectories: true)
        let python = try #require(ForeignPrograms.path(of: "python3"))
        let pacs = try RunningProgram(
            python,
            ["\(Package.folder)/Tests/EndToEndTests/Judges/storage_scp.py", String(port), site.folder + "/pacs", statuses]
                + (sopClass.map { ["--only", $0] } ?? []), environment: ["PYTHONDONTWRITEBYTECODE": "1"], deadline: .seconds(240))
        while !pacs.hasPrinted("ready") {
            try #require(pacs.isRunning)
            try await Task.sleep(for: .milliseconds(50))
        }
        return pacs
    }

    private func requests(_ site: Site) -> [Substring] {
        (try? String(contentsOfFile: site.folder + "/pacs/requests.txt", encoding: .utf8))?.split(separator: "\n") ?? []
    }

    private func end(_ programs: RunningProgram...) async {
        for program in programs {
            program.signal(SIGTERM)
            _ = await program.finish()
        }
    }

    /// A warning means stored: each file goes once.
    @Test(.needsPython("pynetdicom"), .timeLimit(.minutes(5))) func warningsMeanStored() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(4)
        let port = try freePort()
        let pacs = try await startScripted(site, port: port, "0000,B000,B006,B007")
        let (receiver, address) = try await site.startReceiver(["--forward", "PACS@127.0.0.1:\(port)"])
        #expect(try await site.send([site.originals], to: address).status == 0)
        let forwarded = try await receiver.event("forwarded")
        #expect(forwarded["instances"] as? Int == 4)
        let warnings = try #require(forwarded["warnings"] as? [[String: Any]])
        #expect(warnings.count == 3)
        #expect(warnings.contains { ($0["note"] as? String)?.contains("B006") == true })
        try await Task.sleep(for: .seconds(3))
        await end(receiver, pacs)
        #expect(requests(site).count == 4)
        let status = try await run(Programs.receive, ["status", "--json", "--home", site.radiologistHome])
        #expect(status.events.first?["forwarding"] as? String == "done")
        // The data set arrived as it stands in the file.
        let stored = site.files(below: site.folder + "/pacs").filter { $0.key.hasSuffix(".dcm") }.values
        for original in site.files(below: site.originals).values {
            #expect(stored.contains { original.suffix($0.count) == $0 && original.count - $0.count < 1000 })
        }
    }

    /// What will never be taken ends after three attempts, with a reason that names file, class and status; a person decides then.
    @Test(.needsPython("pynetdicom"), .timeLimit(.minutes(5))) func refusedForGood() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(2)
        let port = try freePort()
        let first = try await startScripted(site, port: port, "A900")
        let (receiver, address) = try await site.startReceiver(["--layout", "flat", "--forward", "PACS@127.0.0.1:\(port)"])
        #expect(try await site.send([site.originals], to: address).status == 0)
        let failed = try await receiver.event("forwardingFailed", number: 3)
        #expect(failed["isOver"] as? Bool == true)
        let files = try #require(failed["files"] as? [[String: Any]])
        #expect(files.map { $0["status"] as? String } == ["A900", "A900"])
        #expect(files.first?["sopClass"] as? String == "1.2.840.10008.5.1.4.1.1.2")
        let reason = try #require(failed["reason"] as? String)
        #expect(reason.contains("image-1.dcm") && reason.contains("A900") && reason.contains("1.2.840.10008.5.1.4.1.1.2"))
        await end(first)
        let list = try await run(Programs.receive, ["forward", "list", "--json", "--home", site.radiologistHome])
        let transfer = try #require(list.events(named: "studyStatus").first?["transfer"] as? String)
        #expect(list.events(named: "studyStatus").first?["forwarding"] as? String == "refused")
        #expect(list.events(named: "forwardingNote").count == 2)
        // The other application was set up anew.
        let second = try await startScripted(site, port: port, "0000")
        let retry = try await run(Programs.receive, ["forward", "retry", transfer, "--home", site.radiologistHome])
        #expect(retry.status == 0, "\(retry.errors)")
        let forwarded = try await receiver.event("forwarded")
        #expect(forwarded["instances"] as? Int == 2)
        #expect(try await run(Programs.receive, ["forward", "drop", transfer, "--home", site.radiologistHome]).status == 64)
        await end(receiver, second)
    }

    /// One SOP class that is not taken, files that were deleted: neither is tried for ever, and both can be ended at once.
    @Test(.needsPython("pynetdicom"), .timeLimit(.minutes(5))) func refusedClassesAndDeletedFiles() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(3)
        let port = try freePort()
        let (receiver, address) = try await site.startReceiver(["--layout", "flat", "--forward", "PACS@127.0.0.1:\(port)"])
        #expect(try await site.send([site.originals], to: address).status == 0)
        let away = try await receiver.event("forwardingFailed")
        #expect((away["reason"] as? String)?.contains("refused") == true)
        try FileManager.default.removeItem(atPath: site.inbox + "/image-2.dcm")
        // Secondary capture only.
        let pacs = try await startScripted(site, port: port, "0000", only: "1.2.840.10008.5.1.4.1.1.7")
        while receiver.events(named: "forwardingFailed").allSatisfy({ $0["isOver"] as? Bool == false }) {
            try #require(receiver.isRunning)
            try await Task.sleep(for: .milliseconds(50))
        }
        let reason = try #require(receiver.events(named: "forwardingFailed").last?["reason"] as? String)
        #expect(reason.contains("image-2.dcm: the file is no longer there"))
        #expect(reason.contains("image-1.dcm (SOP class 1.2.840.10008.5.1.4.1.1.2") && reason.contains("does not take"))
        let list = try await run(Programs.receive, ["forward", "list", "--json", "--home", site.radiologistHome])
        let transfer = try #require(list.events.first?["transfer"] as? String)
        #expect(try await run(Programs.receive, ["forward", "drop", transfer, "--home", site.radiologistHome]).status == 0)
        let nothing = try await run(Programs.receive, ["forward", "list", "--home", site.radiologistHome])
        #expect(nothing.output.contains(transfer.prefix(12)) == false)
        await end(receiver, pacs)
    }

    /// A file at which the other side breaks off holds up no other.
    @Test(.needsPython("pynetdicom"), .timeLimit(.minutes(5))) func oneFileBreaksTheAssociation() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(3)
        let port = try freePort()
        let pacs = try await startScripted(site, port: port, "0000,abort,0000,0000")
        let (receiver, address) = try await site.startReceiver(["--layout", "flat", "--forward", "PACS@127.0.0.1:\(port)"])
        #expect(try await site.send([site.originals], to: address).status == 0)
        let failed = try await receiver.event("forwardingFailed")
        #expect((failed["reason"] as? String)?.contains("image-2.dcm") == true)
        #expect(failed["isOver"] as? Bool == false)
        let forwarded = try await receiver.event("forwarded", number: 2)
        #expect(forwarded["instances"] as? Int == 1)
        await end(receiver, pacs)
        #expect(requests(site).count == 4)
    }
}
