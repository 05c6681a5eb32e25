import Foundation
import LinkSimulator
import SeededRandomness
import TestSupport
import Testing

/// Studies and replies over connections that only the clinic can dial, by the real programs.
@Suite struct TwoWayDeliveryTests {
    private static let studies = ["2.25.15001", "2.25.15002", "2.25.15003"]

    private struct Circle {
        let site: Site
        var replies: String { site.folder + "/replies" }
        var outbox: Journal { .outbox(of: site.radiologistHome) }

        /// A clinic that has sent one study, and writes others that it has still to send.
        init() async throws { site = try await Site.withTrust() }

        func write(_ study: String, _ count: Int, side: Int = 64) throws -> String {
            for number in 1...count {
                let image = SyntheticImage(rows: side, columns: side, studyUID: study, instance: number)
                _ = try site.write(image.file(), as: "\(study)/\(number).dcm")
            }
            return "\(site.originals)/\(study)"
        }

        /// The transfer of a study that was sent and is restored.
        func transfer(_ sent: Finished) throws -> String { try #require(sent.events(named: "queued").first?["transfer"] as? String) }

        @discardableResult
        func reply(to transfer: String, _ text: String, status: String = "final") async throws -> String {
            let path = site.folder + "/report-\(UUID().uuidString).txt"
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            let given = try await site.succeed(
                Programs.receive,
                ["reply", transfer, "--text", path, "--status", status, "--home", site.radiologistHome, "--json", "--yes"])
            return try #require(given.events(named: "reply").first?["reply"] as? String)
        }

        /// Texts of the replies to a study that are there whole, by folder.
        func texts(of study: String) -> [String: String] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(replies)/\(study)")) ?? []
            return names.reduce(into: [:]) { texts, name in
                texts[name] = try? String(contentsOfFile: "\(replies)/\(study)/\(name)/report.txt", encoding: .utf8)
            }
        }

        func stop(_ program: RunningProgram) async -> Finished {
            program.signal(SIGTERM)
            return await program.finish()
        }
    }

    @Test(.timeLimit(.minutes(5))) func aReplyIsCollectedInTheSessionOfADelivery() async throws {
        let circle = try await Circle()
        let (receiver, address) = try await circle.site.startReceiver()
        let first = try await circle.site.send([circle.write(Self.studies[0], 2)], to: address)
        let transfer = try circle.transfer(first)
        let reply = try await circle.reply(to: transfer, "Findings: none.\n")
        let noted = circle.site.folder + "/noted"
        let second = try await circle.site.send(
            [circle.write(Self.studies[1], 2)], to: address,
            ["--replies", circle.replies, "--on-reply", "sh -c 'ls \"$1\" > \(noted)' hook"])
        #expect(second.status == 0, "\(second.errors)")
        let event = try #require(second.events(named: "reply").first)
        #expect(event["transfer"] as? String == reply && event["answers"] as? String == transfer)
        #expect(event["study"] as? String == Self.studies[0] && event["remarks"] == nil)
        #expect(circle.texts(of: Self.studies[0]) == ["v1-final": "Findings: none.\n"])
        let listed = try String(contentsOfFile: noted, encoding: .utf8)
        #expect(listed.contains("report.txt") && listed.contains("sr.dcm"))
        // Nothing comes twice, and the radiologist has the clinic's signature.
        let again = try await run(
            Programs.send, ["replies", "--home", circle.site.clinicHome, "--into", circle.replies, "--json"])
        #expect(again.status == 0 && again.events(named: "reply").isEmpty, "\(again.errors)")
        let served = await circle.stop(receiver)
        #expect(served.events(named: "replySent").count == 1)
        #expect(served.events(named: "connected").count == 3)
        #expect(circle.outbox.number("SELECT COUNT(*) FROM study WHERE state = 'delivered'") == 1)
    }

    /// Both programs are killed by turns while studies go out and replies come back over a slow link that is cut between: each arrives, once.
    @Test(.timeLimit(.minutes(8))) func bothWaysThroughCutsAndKills() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        let circle = try await Circle()
        var (receiver, address) = try await circle.site.startReceiver(["--layout", "flat"])
        let first = try await circle.site.send([circle.write(Self.studies[0], 2)], to: address)
        let transfer = try circle.transfer(first)
        let link = try SimulatedLink(to: address, LinkConditions(bitsPerSecond: 2e6, latency: .milliseconds(20)))
        defer { link.stop() }
        for study in Self.studies[1...] {
            let queued = try await circle.site.send([circle.write(study, 6, side: 128)], to: link.address, ["--no-wait"])
            #expect(queued.status == 0, "\(queued.errors)")
        }
        var given: [String: String] = [:]
        for version in 1...4 {
            let text = "Findings: number \(version).\n"
            try await circle.reply(to: transfer, text, status: version == 1 ? "final" : "addendum")
            given["v\(version)-\(version == 1 ? "final" : "addendum")"] = text
        }
        let words = ["deliver", "--home", circle.site.clinicHome, "--replies", circle.replies, "--json"]
        var sender = try RunningProgram(Programs.send, words)
        for round in 0..<6 {
            try await Task.sleep(for: .milliseconds(Int.random(in: 100...1_500, using: &random)))
            switch round % 3 {
            case 0: link.cut()
            case 1:
                sender.signal(SIGKILL)
                _ = await sender.finish()
                sender = try RunningProgram(Programs.send, words)
            default:
                receiver.signal(SIGKILL)
                _ = await receiver.finish()
                (receiver, _) = try await circle.site.startReceiver(["--layout", "flat"], listen: address)
            }
        }
        let isSent = try await Journal.outbox(of: circle.site.clinicHome).wait(
            until: "SELECT COUNT(*) = 3 FROM study WHERE state = 'delivered'", within: .seconds(120))
        let isAnswered = try await circle.outbox.wait(
            until: "SELECT COUNT(*) = 4 FROM study WHERE state = 'delivered'", within: .seconds(120))
        let sent = await circle.stop(sender)
        let served = await circle.stop(receiver)
        #expect(isSent && isAnswered, "seed \(seed): \(sent.errors) \(served.errors)")
        #expect(circle.texts(of: Self.studies[0]) == given, "seed \(seed)")
        // What was there whole before is as it was sent, and nothing is there twice.
        let received = circle.site.files(below: circle.site.inbox).filter { !$0.key.hasPrefix(".") }
        #expect(received.count == 14, "seed \(seed): \(received.keys.sorted())")
        #expect(Set(received.values) == Set(circle.site.files(below: circle.site.originals).values), "seed \(seed)")
        #expect(circle.outbox.isIntact && Journal.outbox(of: circle.site.clinicHome).isIntact)
    }
}
