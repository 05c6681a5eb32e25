import Foundation
import TestSupport
import Testing

/// The whole circle: a question, a study, a critical answer, and the word that somebody knows.
@Suite struct CriticalResultTests {
    @Test func theLoopIsClosedWithTheRealPrograms() async throws {
        let site = try await Site.withTrust()
        for number in 1...2 {
            _ = try site.write(
                SyntheticImage(rows: 256, columns: 256, studyUID: "2.25.14015", instance: number).file(), as: "\(number).dcm")
        }
        let (receiver, address) = try await site.startReceiver(["--critical-within", "0", "--critical-repeat", "1h", "--layout", "flat"])
        let sent = try await site.send([site.originals], to: address, ["--question", "Pneumothorax?", "--callback", "Brandt, +41 81 000"])
        #expect(sent.status == 0, "\(sent.errors)")
        let transfer = try #require(sent.events(named: "queued").first?["transfer"] as? String)

        // The answer, with its text in the pixels of a key image.
        let report = site.folder + "/report.txt"
        try "Findings: tension pneumothorax on the left.\n".write(toFile: report, atomically: true, encoding: .utf8)
        let given = try await site.succeed(
            Programs.receive,
            [
                "reply", String(transfer.prefix(8)), "--home", site.radiologistHome, "--text", report, "--critical", "1", "--key-image",
                "1.dcm", "--author", "Lee^Robin", "--callback", "Lee, +41 44 000", "--json",
            ])
        let reply = try #require(given.events(named: "reply").first?["reply"] as? String)
        #expect(given.events(named: "reply").first?["version"] as? Int == 1)
        // Nobody knows of it yet, and the radiologist is told whom to call.
        let alarm = try await receiver.event("criticalUnacknowledged")
        #expect(alarm["reply"] as? String == reply && alarm["call"] as? String == "Brandt, +41 81 000")

        // The clinic takes it.
        let replies = site.folder + "/replies"
        let marks = site.folder + "/alarms"
        let taken = try await site.succeed(
            Programs.send,
            ["replies", "--home", site.clinicHome, "--to", "radiologist", "--address", address, "--into", replies, "--json"])
        let arrived = try #require(taken.events(named: "reply").first)
        #expect(arrived["transfer"] as? String == reply && arrived["criticality"] as? Int == 1 && arrived["remarks"] == nil)
        let folder = "\(replies)/2.25.14015/v1-final"
        let text = FileManager.default.contents(atPath: "\(folder)/report.txt").map { String(decoding: $0, as: UTF8.self) }
        #expect(text == "Findings: tension pneumothorax on the left.\n")
        #expect(Files.below(folder).isSuperset(of: ["sr.dcm", "pdf.dcm", "kos.dcm", "key-1.dcm", "report.pdf", "manifest.txt"]))
        let image = arrived["files"] as? Int
        #expect(image == 4)

        // It is told there, again and again, until a person has acknowledged it.
        let following = try RunningProgram(
            Programs.send,
            [
                "replies", "--follow", "--home", site.clinicHome, "--to", "radiologist", "--address", address, "--into", replies, "--json",
                "--critical-repeat", "1h", "--on-critical", "echo \"$VEILRAY_CALL\" >> '\(marks)'; echo",
            ], deadline: .seconds(120))
        let told = try await following.event("criticalUnacknowledged")
        #expect(told["reply"] as? String == reply && told["call"] as? String == "Lee, +41 44 000")
        for _ in 0..<1_500 where FileManager.default.contents(atPath: marks) == nil { try await Task.sleep(for: .milliseconds(20)) }
        #expect(FileManager.default.contents(atPath: marks).map { String(decoding: $0, as: UTF8.self) } == "Lee, +41 44 000\n")
        following.signal(SIGTERM)
        _ = await following.finish()

        let acknowledged = try await site.succeed(
            Programs.send,
            [
                "acknowledge", String(reply.prefix(8)), "--home", site.clinicHome, "--by", "Nurse Bell", "--role", "ward 3", "--read-back",
                "pneumothorax left", "--json",
            ])
        #expect(acknowledged.events(named: "acknowledged").first?["by"] as? String == "Nurse Bell, ward 3")
        let known = try await receiver.event("replyAcknowledged")
        #expect(known["reply"] as? String == reply && known["by"] as? String == "Nurse Bell, ward 3")
        let shown = try await site.succeed(Programs.receive, ["replies", "--home", site.radiologistHome, "--json"])
        #expect(shown.events(named: "reply").first?["readBack"] as? String == "pneumothorax left")
        #expect(
            try await site.succeed(Programs.receive, ["replies", "--open", "--home", site.radiologistHome, "--json"]).output.isEmpty)
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
    }
}
