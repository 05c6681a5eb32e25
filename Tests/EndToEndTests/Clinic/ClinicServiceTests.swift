import Basics
import DICOM
import Foundation
import TestSupport
import Testing

/// A clinic that runs `veilray-send serve`: one process, one file of settings, every way in and every way out.
@Suite(.needs("dcmdump"), .timeLimit(.minutes(5))) struct ClinicServiceTests {
    private struct Clinic {
        let site: Site
        var watched: String { site.folder + "/watched" }
        var second: String { site.folder + "/second" }
        var replies: String { site.folder + "/replies" }
        var noted: String { site.folder + "/noted" }
        var metrics: String { site.folder + "/clinic.prom" }
        var configuration: String { site.folder + "/clinic.yaml" }

        init() async throws {
            site = try await Site.withTrust()
            for folder in [watched, second] { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
        }

        /// - Parameter more: lines of the section, two spaces before each.
        func configure(_ address: String, callers: [String] = ["CT1"], more: [String] = []) throws {
            let lines = [
                "home: \(site.clinicHome)", "json: true", "serve:", "  bind: 127.0.0.1", "  port: 0",
                "  ae: [\"VEILRAY=radiologist,\(address)\"]", "  allow: [\(callers.map { "\($0)@127.0.0.1" }.joined(separator: ", "))]",
                "  folder: \(site.folder)/door", "  stable: 0", "  settle: 0", "  interval: 50ms", "  quiet: 1s", "  quiet-after-cut: 1s",
                "  replies: \(replies)", "  on-reply: echo >> '\(noted)'", "  metrics: \(metrics)",
            ]
            let watching = more.contains { $0.hasPrefix("  watch:") } ? [] : ["  watch: [\"\(watched)=radiologist,\(address)\"]"]
            try (lines + watching + more).joined(separator: "\n").write(toFile: configuration, atomically: true, encoding: .utf8)
        }

        func start() async throws -> (RunningProgram, port: String) {
            let service = try RunningProgram(Programs.send, ["serve", "--config", configuration])
            let ports = try #require(try await service.event("listening")["ports"] as? [Int])
            return (service, String(ports[0]))
        }

        /// Writes files of a study, to be stored or dropped into a folder.
        func write(_ study: String, _ count: Int) throws -> [String] {
            try (1...count).map { number in
                try site.write(SyntheticImage(studyUID: study, instance: number).file(), as: "\(study)/\(number).dcm")
            }
        }

        func store(_ paths: [String], to port: String, as caller: String = "CT1") async throws -> Finished {
            try await DCMTK.run("storescu", ["-aet", caller, "-aec", "VEILRAY", "127.0.0.1", port] + paths)
        }

        func drop(_ paths: [String], into folder: String) throws {
            for path in paths {
                let name = "\(folder)/\(UUID().uuidString).dcm"
                try FileManager.default.copyItem(atPath: path, toPath: name + ".part")
                try FileManager.default.moveItem(atPath: name + ".part", toPath: name)
            }
        }

        /// SOPInstanceUIDs of what the radiologist has; each file counts.
        func received() throws -> [String] {
            try site.files(below: site.inbox).filter { $0.key.hasSuffix(".dcm") && !$0.key.hasPrefix(".") }
                .map { try StorageIdentity(of: Array($0.value)).sopInstanceUID }.sorted()
        }

        func reply(to transfer: String, _ text: String) async throws -> String {
            let path = site.folder + "/report-\(UUID().uuidString).txt"
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            let given = try await site.succeed(
                Programs.receive, ["reply", transfer, "--text", path, "--home", site.radiologistHome, "--json", "--yes"])
            return try #require(given.events(named: "reply").first?["reply"] as? String)
        }

        func stop(_ programs: RunningProgram...) async -> [Finished] {
            var ends: [Finished] = []
            for program in programs {
                program.signal(SIGTERM)
                ends.append(await program.finish())
            }
            return ends
        }
    }

    @Test func oneProcessForTheWholeClinic() async throws {
        let clinic = try await Clinic()
        let (receiver, address) = try await clinic.site.startReceiver(["--layout", "flat"])
        try clinic.configure(address, more: ["  due: 1h"])
        let (service, port) = try await clinic.start()
        let (stored, dropped) = (try clinic.write("2.25.91", 3), try clinic.write("2.25.92", 2))
        #expect(try await clinic.store(stored, to: port).status == 0)
        try clinic.drop(dropped, into: clinic.watched)
        try await service.event("filed", number: 2)
        #expect(try clinic.received() == ["2.25.91.1.1", "2.25.91.1.2", "2.25.91.1.3", "2.25.92.1.1", "2.25.92.1.2"])

        // The answer comes over the session that the clinic holds.
        try await service.event("replySession")
        let transfer = try #require(receiver.events(named: "complete").first?["transfer"] as? String)
        let reply = try await clinic.reply(to: transfer, "Findings: none.\n")
        let arrived = try await service.event("reply")
        #expect(arrived["transfer"] as? String == reply && arrived["answers"] as? String == transfer && arrived["remarks"] == nil)
        let folder = try #require(arrived["folder"] as? String)
        #expect(folder.hasPrefix(clinic.replies + "/2.25.9") && folder.hasSuffix("/v1-final"))
        #expect(try String(contentsOfFile: folder + "/report.txt", encoding: .utf8) == "Findings: none.\n")

        let ends = await clinic.stop(service, receiver)
        #expect(ends.allSatisfy { $0.status == 0 }, "\(ends.map(\.errors))")
        #expect(try String(contentsOfFile: clinic.noted, encoding: .utf8) == folder + "\n")
        let figures = try String(contentsOfFile: clinic.metrics, encoding: .utf8).split(separator: "\n")
        for line in [
            "veilray_replies_total 1", "veilray_replies_critical_open 0", "veilray_orders_due 1", "veilray_orders_overdue 0",
            #"veilray_door_instances_total{result="stored"} 3"#, #"veilray_sender_studies_total{result="delivered"} 2"#,
            #"veilray_outbox_studies{priority="routine"} 0"#,
        ] {
            #expect(figures.contains { $0 == line }, "\(line)")
        }
    }

    @Test func settingsAreReadAgain() async throws {
        let clinic = try await Clinic()
        let (receiver, address) = try await clinic.site.startReceiver(["--layout", "flat"])
        try clinic.configure(address)
        let (service, port) = try await clinic.start()
        #expect(try await clinic.store(clinic.write("2.25.93", 1), to: port, as: "MR1").status != 0)

        // Another modality, another folder in place of the first, and something that counts from the next start on.
        try clinic.configure(
            address, callers: ["CT1", "MR1"], more: ["  watch: [\"\(clinic.second)=radiologist,\(address)\"]", "  idle: 10m"])
        service.signal(SIGHUP)
        let read = try await service.event("settings")
        #expect(read["applied"] as? Bool == true && read["later"] as? [String] == ["idle"])
        #expect(try await clinic.store(clinic.write("2.25.94", 1), to: port, as: "MR1").status == 0)
        try clinic.drop(clinic.write("2.25.95", 1), into: clinic.watched)
        try clinic.drop(clinic.write("2.25.96", 1), into: clinic.second)
        try await service.event("filed", number: 2)
        #expect(try clinic.received() == ["2.25.94.1.1", "2.25.96.1.1"])

        // What cannot be leaves everything as it is; and a folder that was left can be had again.
        try clinic.configure("not an address", callers: ["MR1"])
        service.signal(SIGHUP)
        let refused = try await service.event("settings", number: 2)
        #expect(refused["applied"] as? Bool == false && (refused["reason"] as? String)?.contains("ae") == true)
        #expect(try await clinic.store(clinic.write("2.25.97", 1), to: port, as: "CT1").status == 0)
        try clinic.configure(address)
        service.signal(SIGHUP)
        #expect(try await service.event("settings", number: 3)["applied"] as? Bool == true)
        try await service.event("filed", number: 4)
        #expect(try clinic.received() == ["2.25.94.1.1", "2.25.95.1.1", "2.25.96.1.1", "2.25.97.1.1"])
        let ends = await clinic.stop(service, receiver)
        #expect(ends.allSatisfy { $0.status == 0 }, "\(ends.map(\.errors))")
        #expect(ends[0].errors.contains("idle"))
    }

    /// Killed with a study from each way in its hands, and a reply on its way: after the next start everything is there, once.
    @Test func killedItGoesOn() async throws {
        let clinic = try await Clinic()
        let (receiver, address) = try await clinic.site.startReceiver(["--layout", "flat"])
        try clinic.configure(address)
        let (first, port) = try await clinic.start()
        let before = try clinic.write("2.25.98", 1)
        try clinic.drop(before, into: clinic.watched)
        try await first.event("filed")
        let transfer = try #require(receiver.events(named: "complete").first?["transfer"] as? String)
        #expect(try await clinic.store(clinic.write("2.25.99", 4), to: port).status == 0)
        try clinic.drop(clinic.write("2.25.100", 2), into: clinic.watched)
        try await first.event("queued", number: 2)
        async let reply = clinic.reply(to: transfer, "Findings: one.\n")
        first.signal(SIGKILL)
        _ = await first.finish()
        _ = try await reply
        let (second, _) = try await clinic.start()
        let outbox = Journal.outbox(of: clinic.site.clinicHome)
        #expect(try await outbox.wait(until: "SELECT COUNT(*) = 3 FROM study WHERE state = 'delivered'", within: .seconds(60)))
        try await second.event("reply")
        let ends = await clinic.stop(second, receiver)
        #expect(ends.allSatisfy { $0.status == 0 }, "\(ends.map(\.errors))")
        #expect(
            try clinic.received()
                == ["2.25.100.1.1", "2.25.100.1.2", "2.25.98.1.1", "2.25.99.1.1", "2.25.99.1.2", "2.25.99.1.3", "2.25.99.1.4"])
        let text = try String(contentsOfFile: clinic.replies + "/2.25.98/v1-final/report.txt", encoding: .utf8)
        #expect(text == "Findings: one.\n")
        #expect(outbox.isIntact)
    }

    @Test func whatIsSaidWrong() async throws {
        let site = try await Site.withTrust()
        for (words, part) in [
            (["--watch", "/nowhere"], "--watch"), (["--watch", "\(site.folder)=nobody,127.0.0.1:1"], "nobody"),
            (["--watch", "\(site.folder)/absent=radiologist,127.0.0.1:1"], "absent"), (["--port", "0"], "--ae"),
            (["--watch", "\(site.folder)=radiologist,soon"], "--watch"),
        ] as [([String], String)] {
            let finished = try await run(Programs.send, ["serve", "--home", site.clinicHome] + words)
            #expect(finished.status != 0 && finished.errors.contains(part), "\(words): \(finished.errors)")
        }
    }
}
