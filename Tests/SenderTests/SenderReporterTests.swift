import ArgumentParser
import CommandLineSupport
import Foundation
import Protocol
import Testing

@testable import Sender

@Suite struct SenderReporterTests {
    private let path = NSTemporaryDirectory() + "veilray-test-" + UUID().uuidString
    private let reporter: SenderReporter

    init() throws {
        try Data().write(to: URL(filePath: path))
        reporter = SenderReporter(json: JSONLines(to: try #require(FileHandle(forWritingAtPath: path))))
    }

    private func events() throws -> [[String: Any]] {
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try #require(FileManager.default.contents(atPath: path)).split(separator: 0x0A).map {
            try #require(try JSONSerialization.jsonObject(with: $0) as? [String: Any])
        }
    }

    @Test func everythingWentWell() throws {
        reporter.report(SenderEvent.Instance(name: "a", status: .delivered, originalBytes: 10, stegoBytes: 7, wireBytes: 8))
        reporter.report(SenderEvent.Study(study: "2.25.1", delivered: 1, failed: 0))
        try reporter.conclude(wireBytes: 99)
        let summary = try #require(try events().last)
        #expect(summary["event"] as? String == "summary")
        let fields = ["studies", "delivered", "failed", "originalBytes", "stegoBytes", "wireBytes", "exitCode"]
        #expect(fields.map { summary[$0] as? Int } == [1, 1, 0, 10, 7, 99, 0])
    }

    @Test func theLargestExitCodeCounts() throws {
        reporter.report(RejectedFile(name: "a", cause: .unreadable, reason: "cannot open"))
        reporter.report(RejectedFile(name: "b", cause: .badData, reason: "no DICOM"))
        reporter.abandon(["c", "d"], because: CommandFailure(.unavailable, "nobody listens"))
        let code = #expect(throws: ExitCode.self) { try reporter.conclude() }
        #expect(code?.rawValue == 74)
        let events = try events()
        #expect(events.count { $0["status"] as? String == "failed" } == 4)
        #expect(events.compactMap { $0["name"] as? String } == ["a", "b", "c", "d"])
        #expect(events[3]["reason"] as? String == "not delivered: nobody listens")
        #expect(events.last?["exitCode"] as? Int == 74)
        #expect(events.last?["failed"] as? Int == 4)
    }

    @Test func aLongTableStaysShort() {
        var table = InstanceTable()
        for number in 1...InstanceTable.longest { table.add(.failed("\(number)", "")) }
        #expect(table.lines.count == InstanceTable.longest + 2)
        for number in 1...7 { table.add(.failed("\(number)", "")) }
        #expect(table.lines.count == InstanceTable.longest + 3)
        #expect(table.lines.last == "… and 7 more files")
    }
}
