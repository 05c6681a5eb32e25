import Foundation
import LinkSimulator
import TestSupport
import Testing

/// A clinic's question, from its command line to the radiologist's eyes, and nowhere else.
@Suite struct OrderTests {
    private static let words = ["Pneumothorax-XQ7", "Marcumar-XQ7", "Brandt-XQ7", "Lungenembolie-XQ7"]

    private func site() async throws -> Site {
        let site = try await Site.withTrust()
        for number in 1...3 {
            _ = try site.write(
                SyntheticImage(rows: 128, columns: 128, studyUID: "2.25.14014", instance: number).file(), as: "\(number).dcm")
        }
        return site
    }

    @Test func theRadiologistReadsItAndNobodyElse() async throws {
        let site = try await site()
        let history = site.folder + "/history.txt"
        try "Marcumar-XQ7 since 2019.\n".write(toFile: history, atomically: true, encoding: .utf8)
        let stego = site.folder + "/stego"
        let (receiver, address) = try await site.startReceiver(["--studies", "1", "--keep-stego", stego])
        var conditions = LinkConditions()
        conditions.isRecording = true
        let relay = try SimulatedLink(to: address, conditions)
        defer { relay.stop() }
        let sent = try await site.send(
            [site.originals], to: relay.address,
            [
                "--priority", "stat", "--question", "Pneumothorax-XQ7?", "--history", history, "--due", "45m", "--callback",
                "Dr. Brandt-XQ7, +41 81 000",
            ])
        #expect(sent.status == 0, "\(sent.errors)")
        let served = await receiver.finish()
        #expect(served.status == 0)

        let shown = try await site.succeed(Programs.receive, ["status", "--home", site.radiologistHome, "--json"])
        let status = try #require(shown.events(named: "studyStatus").first)
        #expect(status["question"] as? String == "Pneumothorax-XQ7?" && status["history"] as? String == "Marcumar-XQ7 since 2019.\n")
        #expect(status["callback"] as? String == "Dr. Brandt-XQ7, +41 81 000" && status["urgent"] as? Bool == true)
        #expect(status["due"] != nil)
        let table = try await site.succeed(Programs.receive, ["status", "--home", site.radiologistHome]).output
        #expect(table.contains("Pneumothorax-XQ7?") && table.contains("stat 2"))

        let markers = Files.below(site.inbox).filter { $0.hasSuffix(".veilray-complete.json") }
        let name = try #require(markers.first)
        let marker = try #require(FileManager.default.contents(atPath: "\(site.inbox)/\(name)"))
        let order = try #require((JSONSerialization.jsonObject(with: marker) as? [String: Any])?["order"] as? [String: Any])
        #expect(order["question"] as? String == "Pneumothorax-XQ7?" && order["urgent"] as? Bool == true)

        // Events say that there is a question.
        let event = try #require(served.events(named: "order").first)
        #expect(event["hasQuestion"] as? Bool == true && event["urgent"] as? Bool == true && event["due"] != nil)
        for word in Self.words {
            for direction in LinkDirection.allCases {
                #expect(Data(relay.recorded(direction)).range(of: Data(word.utf8)) == nil, "\(word) passed \(direction)")
            }
            for name in Files.below(stego) {
                let bytes = FileManager.default.contents(atPath: "\(stego)/\(name)")
                #expect(bytes?.range(of: Data(word.utf8)) == nil, "\(word) is in \(name)")
            }
            #expect(!(served.output + served.errors + sent.output + sent.errors).contains(word), "\(word) was logged")
        }
    }

    @Test func anOrderThatMakesNoSenseIsRefused() async throws {
        let site = try await site()
        let long = site.folder + "/long.txt"
        try String(repeating: "x", count: 60_000).write(toFile: long, atomically: true, encoding: .utf8)
        for (words, status) in [
            (["--history", long], 74), (["--question", String(repeating: "x", count: 5_000)], 65), (["--history", "/nowhere"], 74),
            (["--due", "soon"], 64),
        ] as [([String], Int32)] {
            let sent = try await site.send([site.originals], to: "127.0.0.1:9", ["--no-wait"] + words)
            #expect(sent.status == status, "\(words): \(sent.status) \(sent.errors)")
        }
    }
}
