import ArgumentParser
import Basics
import CommandLineSupport
import Foundation
import Protocol
import Testing

@testable import SendingCommandLine
@testable import Sending

/// Not the testing library's own.
typealias ExitStatus = CommandLineSupport.ExitStatus

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

    private static func delivered(_ name: String, wireBytes: Int) -> SenderEvent.Instance {
        var instance = SenderEvent.Instance(name: name, status: .delivered)
        instance.originalBytes = 10
        instance.stegoBytes = 7
        instance.wireBytes = wireBytes
        return instance
    }

    @Test func everythingWentWell() throws {
        reporter.observe(.instance(Self.delivered("a", wireBytes: 8), nil))
        reporter.observe(.study(SenderEvent.Study(study: "2.25.1", delivered: 1, failed: 0)))
        reporter.observe(.carried(wireBytes: 99))
        try reporter.conclude()
        let summary = try #require(try events().last)
        #expect(summary["event"] as? String == "summary")
        let fields = ["studies", "delivered", "failed", "originalBytes", "stegoBytes", "wireBytes", "exitCode"]
        #expect(fields.map { summary[$0] as? Int } == [1, 1, 0, 10, 7, 99, 0])
    }

    /// Not the sum over files: what connections carried.
    @Test func wireBytesAreThoseOfConnections() throws {
        for name in ["a", "b"] {
            reporter.observe(.instance(Self.delivered(name, wireBytes: 5000), nil))
        }
        reporter.observe(.carried(wireBytes: 60))
        reporter.observe(.carried(wireBytes: 40))
        try reporter.conclude()
        #expect(try events().last?["wireBytes"] as? Int == 100)
    }

    @Test func whatIsPassedOverIsNoFailure() throws {
        reporter.observe(.passedOver([RejectedFile(name: "AUTORUN.INF", cause: .foreign, reason: "no DICOM")]))
        reporter.observe(.instance(SenderEvent.Instance(name: "a", status: .delivered), nil))
        try reporter.conclude()
        let summary = try #require(try events().last)
        #expect(["skipped", "delivered", "failed", "exitCode"].map { summary[$0] as? Int } == [1, 1, 0, 0])
    }

    @Test func whatIsLeftInTheOutboxIsCounted() throws {
        reporter.leave(SenderEvent.Queued(study: "2.25.1", transfer: "f31e24", to: "lee", priority: .routine, files: 3, joined: false))
        try reporter.conclude()
        let events = try events()
        #expect(events.first?["event"] as? String == "queued")
        #expect(events.last?["queued"] as? Int == 3)
        #expect(events.last?["exitCode"] as? Int == 0)
    }

    @Test func theLargestExitCodeCounts() throws {
        reporter.observe(.rejected(RejectedFile(name: "a", cause: .unreadable, reason: "cannot open")))
        reporter.observe(.rejected(RejectedFile(name: "b", cause: .badData, reason: "no DICOM")))
        reporter.observe(.instance(.failed("c", "gone"), .fileAccess))
        let code = #expect(throws: ExitCode.self) { try reporter.conclude() }
        #expect(code?.rawValue == 74)
        let events = try events()
        #expect(events.count { $0["status"] as? String == "failed" } == 3)
        #expect(events.compactMap { $0["name"] as? String } == ["a", "b", "c"])
        #expect(events.last?["exitCode"] as? Int == 74)
        #expect(events.last?["failed"] as? Int == 3)
    }

    @Test func whatStaysInTheOutboxIsNotLost() throws {
        let study = OutboxStudy(
            transferID: TransferID(), contentDigest: ContentDigest(of: []), peer: try Identity.create(name: PeerName("lee")).fingerprint,
            peerName: try PeerName("lee"), address: nil, priority: .routine, state: .queued, studyUID: try StudyUID("2.25.1"),
            originalStudyUID: "1.2.3", choices: SealingChoices(method: .reversible, codec: .auto, effort: .auto), fileCount: 1,
            manifest: nil, studyKey: nil, source: nil, isFiled: false, attempts: 0, created: Date())
        reporter.observe(.kept(["a", "b"], study: study, because: OperationFailure(.fileAccess, "the disk fails")))
        let code = #expect(throws: ExitCode.self) { try reporter.conclude() }
        #expect(code?.rawValue == 75)
        let events = try events()
        #expect(events.count { $0["status"] as? String == "queued" } == 2)
        #expect(events.first?["reason"] as? String == "kept in the outbox: the disk fails")
        #expect(events.last?["queued"] as? Int == 2)
        #expect(events.last?["failed"] as? Int == 0)
    }

    /// Trying again does not help where a person has to do something: that is what the exit code says then.
    @Test(
        arguments: [
            (OperationFailure(.notTrusted, "no card"), CommandLineSupport.ExitStatus.notTrusted),
            (OperationFailure(.unavailable, "no codec"), .unavailable),
            (OperationFailure(.invalidRequest, "no address"), .usage), (OperationFailure(.fileAccess, "full"), .tryAgain),
            (OperationFailure(.badData, "odd"), .tryAgain),
        ] as [(OperationFailure, CommandLineSupport.ExitStatus)]) func exitCodeOfWhatIsKept(
            _ failure: OperationFailure, _ status: CommandLineSupport.ExitStatus
        )
    {
        #expect(CommandLineSupport.ExitStatus(keptBecause: failure) == status)
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
