import Foundation
import LinkSimulator
import TestSupport
import Testing

/// The whole circle with programs of others: pynetdicom's modality, the door, a link with cuts, the radiologist's reply, and back into the
/// clinic's folder and PACS.
@Suite(.timeLimit(.minutes(5))) struct CircleTests {
    private static let judges = Package.folder + "/Tests/EndToEndTests/Judges"
    private static let study = "2.25.61"

    /// Debian's Orthanc, which keeps what it is sent by C-STORE.
    private struct Orthanc {
        let program: RunningProgram
        let port: Int
        private let pages: Int

        init(in folder: String) async throws {
            (port, pages) = (try SilentListener().port, try SilentListener().port)
            let settings: [String: Any] = [
                "Name": "TEST", "StorageDirectory": folder + "/orthanc", "IndexDirectory": folder + "/orthanc", "HttpPort": pages,
                "RemoteAccessAllowed": false, "AuthenticationEnabled": false, "DicomAet": "ORTHANC", "DicomPort": port,
                "DicomCheckCalledAet": true, "DicomAlwaysAllowStore": true, "DicomAlwaysAllowEcho": true, "Plugins": [String](),
                "OverwriteInstances": false,
            ]
            let path = folder + "/orthanc.json"
            try JSONSerialization.data(withJSONObject: settings).write(to: URL(filePath: path))
            program = try RunningProgram(try #require(ForeignPrograms.path(of: "Orthanc")), [path], deadline: .seconds(240))
        }

        /// What it has of these files: `["instances": …, "same": …]`; `nil` where it does not answer yet.
        func comparison(_ files: [String]) async -> [String: String]? {
            try? await ForeignPrograms.python([CircleTests.judges + "/orthanc_instances.py", String(pages)] + files)
        }

        func isThere() async throws {
            while await comparison([]) == nil {
                try #require(program.isRunning)
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private func stop(_ programs: RunningProgram...) async {
        for program in programs {
            program.signal(SIGTERM)
            _ = await program.finish()
        }
    }

    /// A signed statement's signature, with nothing but OpenSSL: `docs/protocol/verify-statement`.
    private func verify(_ kind: String, of home: String, _ path: String, _ site: Site) async throws -> Bool {
        let card = site.folder + "/verifying.card"
        try await site.succeed(Programs.send, ["card", "--home", home]).output.write(toFile: card, atomically: true, encoding: .utf8)
        return try await ForeignPrograms.run("sh", [Package.folder + "/docs/protocol/verify-statement", kind, card, path]).status == 0
    }

    @Test(.needs("Orthanc", "dciodvfy", "openssl"), .needsPython("pynetdicom"))
    func fromTheModalityAndBackToTheClinicsPACS() async throws {
        // Large enough for a report's text in the pixels.
        let clinic = try await DoorTests.Clinic(files: 3, side: 128)
        let site = clinic.site
        let orthanc = try await Orthanc(in: site.folder)
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        let link = try SimulatedLink(to: address, LinkConditions(bitsPerSecond: 2e6, latency: .milliseconds(20)))
        defer { link.stop() }
        let (door, port) = try await clinic.listen(link.address)

        // The study goes out, over a link that is cut.
        let paths = Files.below(clinic.originals).sorted().map { "\(clinic.originals)/\($0)" }
        let stored: [String: String] = try await ForeignPrograms.python([Self.judges + "/store.py", port, "VEILRAY"] + paths)
        #expect(stored == ["statuses": "0000 0000 0000"])
        let queued = try await door.event("queued")
        for _ in 0..<2 {
            try await Task.sleep(for: .milliseconds(200))
            link.cut()
        }
        let filed = try await door.event("filed", within: .seconds(120))
        #expect(filed["sent"] as? Int == 3)
        #expect(try clinic.received(below: site.inbox) == clinic.dataSets)

        // The answer comes back, with its text in the pixels of its key image.
        let report = site.folder + "/report.txt"
        try "Findings: Überraschung-XQ8 links.\n".write(toFile: report, atomically: true, encoding: .utf8)
        let transfer = try #require(queued["transfer"] as? String)
        let key = try #require(Files.below(site.inbox).filter { $0.hasSuffix(".dcm") }.sorted().first)
        try await site.succeed(
            Programs.receive,
            ["reply", transfer, "--home", site.radiologistHome, "--text", report, "--author", "Lee^Robin", "--key-image", key])
        let replies = site.folder + "/replies"
        try await orthanc.isThere()
        let taking = try RunningProgram(
            Programs.send,
            [
                "replies", "--follow", "--home", site.clinicHome, "--to", "radiologist", "--address", link.address, "--into", replies,
                "--forward", "ORTHANC@127.0.0.1:\(orthanc.port)", "--calling", "CLINIC", "--json",
            ], deadline: .seconds(200))
        try await Task.sleep(for: .milliseconds(300))
        link.cut()
        let forwarded = try await taking.event("forwarded", within: .seconds(120))
        #expect(forwarded["instances"] as? Int == 4)
        #expect(taking.events(named: "reply").count == 1)
        let hidden = Journal.outbox(of: site.radiologistHome).number(
            "SELECT COUNT(*) FROM instance WHERE name LIKE '%key-1.dcm' AND report LIKE '%\"record\":\"pixels\"%'")
        #expect(hidden == 1, "the key image's pixels carry the report's text")

        // The same objects in the clinic's folder and in its PACS, each of them sound, and signed by the radiologist.
        let folder = "\(replies)/\(Self.study)/v1-final"
        let documents = Files.below(folder).filter { $0.hasSuffix(".dcm") }.sorted().map { "\(folder)/\($0)" }
        #expect(documents.count == 4)
        #expect(await orthanc.comparison(documents) == ["instances": "4", "same": "4"])
        for path in documents {
            let said = try await ForeignPrograms.run("dciodvfy", [path])
            let errors = (said.output + said.errors).split(separator: "\n").filter { $0.hasPrefix("Error") }
            #expect(said.status == 0 && errors.isEmpty, "\(path): \(errors)")
        }
        let manifest = folder + "/manifest.txt"
        #expect(try await verify("manifest", of: site.radiologistHome, manifest, site))
        #expect(try await !verify("manifest", of: site.clinicHome, manifest, site), "another's card")
        #expect(try await !verify("acknowledgement", of: site.radiologistHome, manifest, site), "another kind")
        let damaged = site.folder + "/damaged.txt"
        var lines = try String(contentsOfFile: manifest, encoding: .utf8).split(separator: "\n").map(String.init)
        let place = try #require(lines.lastIndex { !$0.contains(":") && !$0.contains("-") && $0.count == 64 })
        lines[place] = String(lines[place].reversed())
        try lines.joined(separator: "\n").write(toFile: damaged, atomically: true, encoding: .utf8)
        #expect(try await !verify("manifest", of: site.radiologistHome, damaged, site), "another body")
        await stop(taking, door, receiver, orthanc.program)
    }

    // MARK: Killed on the way

    /// How long a command takes, and at how many places on its way it is killed.
    private static let kills = 6

    /// Runs a command so often, and kills it each time after a greater part of the time that it took when it was not.
    private func killed(_ program: String, _ words: [String], times: Int = CircleTests.kills) async throws {
        let start = ContinuousClock.now
        _ = try await run(program, words)
        let whole = ContinuousClock.now - start
        for number in 1...times {
            let running = try RunningProgram(program, words)
            try await Task.sleep(for: whole * number / (times + 1))
            running.signal(SIGKILL)
            _ = await running.finish()
        }
    }

    /// Each attempt has given a reply, or has given none: none is half, none is lost, and none is there twice.
    @Test func repliesThatAreKilledAreWholeOrNone() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(2, studyUID: Self.study, side: 64)
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        let sent = try await site.send([site.originals], to: address)
        let transfer = try #require(sent.events(named: "queued").first?["transfer"] as? String)
        let report = site.folder + "/report.txt"
        try "Findings: none.\n".write(toFile: report, atomically: true, encoding: .utf8)
        let words = ["reply", transfer, "--home", site.radiologistHome, "--text", report, "--key-image", "image-1.dcm"]
        try await killed(Programs.receive, words)
        // One that is left alone finds everything in order.
        let last = try await site.succeed(Programs.receive, words + ["--json"])
        let version = try #require(last.events(named: "reply").first?["version"] as? Int)
        let replies = site.folder + "/replies"
        let taken = try await site.succeed(
            Programs.send,
            ["replies", "--home", site.clinicHome, "--to", "radiologist", "--address", address, "--into", replies, "--json"])
        #expect(taken.events(named: "reply").count == version)
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(replies)/\(Self.study)").filter { !$0.hasPrefix(".") }
        #expect(Set(names) == Set((1...version).map { "v\($0)-final" }))
        for name in names {
            let files = Files.below("\(replies)/\(Self.study)/\(name)")
            #expect(files.isSuperset(of: ["sr.dcm", "pdf.dcm", "kos.dcm", "key-1.dcm", "report.txt", "manifest.txt"]), "\(name): \(files)")
        }
        await stop(receiver)
        #expect(Journal.outbox(of: site.radiologistHome).number("SELECT COUNT(*) FROM study") == version)
        #expect(Journal.outbox(of: site.radiologistHome).isIntact)
    }

    /// A person's word that was killed is said again; the radiologist hears one.
    @Test(.needs("openssl")) func acknowledgementsThatAreKilledAreHeardOnce() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(1, studyUID: Self.study, side: 64)
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        let sent = try await site.send([site.originals], to: address)
        let transfer = try #require(sent.events(named: "queued").first?["transfer"] as? String)
        let report = site.folder + "/report.txt"
        try "Findings: pneumothorax.\n".write(toFile: report, atomically: true, encoding: .utf8)
        let given = try await site.succeed(
            Programs.receive,
            ["reply", transfer, "--home", site.radiologistHome, "--text", report, "--critical", "1", "--callback", "Lee, +41", "--json"])
        let reply = try #require(given.events(named: "reply").first?["reply"] as? String)
        try await site.succeed(
            Programs.send,
            [
                "replies", "--home", site.clinicHome, "--to", "radiologist", "--address", address, "--into", site.folder + "/replies",
                "--json",
            ])
        let words = ["acknowledge", reply, "--home", site.clinicHome, "--by", "Nurse Bell", "--role", "ward 3"]
        // Killed first, since the word counts once.
        for delay in [40, 90, 150, 220, 300] {
            let running = try RunningProgram(Programs.send, words)
            try await Task.sleep(for: .milliseconds(delay))
            running.signal(SIGKILL)
            _ = await running.finish()
        }
        // Said, or said already; what is in the outbox goes out.
        let said = try await run(Programs.send, words)
        #expect(said.status == 0 || said.errors.contains("has acknowledged it already"), "\(said.errors)")
        _ = try await run(Programs.send, ["deliver", "--once", "--home", site.clinicHome])
        try await receiver.event("replyAcknowledged")
        let shown = try await site.succeed(Programs.receive, ["replies", "--home", site.radiologistHome, "--json"])
        #expect(shown.events(named: "reply").first?["acknowledgedBy"] as? String == "Nurse Bell, ward 3", "\(shown.output)")
        let statement = site.clinicHome + "/state/acknowledgements/\(reply)/acknowledgement.txt"
        #expect(try await verify("acknowledgement", of: site.clinicHome, statement, site))
        await stop(receiver)
        #expect(receiver.events(named: "replyAcknowledged").count == 1)
    }
}
