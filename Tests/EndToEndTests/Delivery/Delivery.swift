import Basics
import Foundation
import GRDB
import LinkSimulator
import TestSupport
import Testing

/// A site with a study to deliver, and what must hold when it is delivered, whatever happened on the way.
struct Delivery {
    let site: Site
    let originals: [String: Data]

    /// - Parameters:
    ///   - size: rows and columns of each image.
    ///   - privateByteCount: of a private element that all of them share.
    init(images: Int, size: Int = 128, study: String = "2.25.1001", privateByteCount: Int = 0) async throws {
        site = try await Site.withTrust()
        for number in 1...images {
            var image = SyntheticImage(rows: size, columns: size, studyUID: study, instance: number)
            image.privateByteCount = privateByteCount
            _ = try site.write(image.file(), as: "image-\(number).dcm")
        }
        originals = site.files(below: site.originals)
    }

    /// A link of 0.5 Mbit/s, 20 ms each way: the states of a delivery last long enough to be met, also on a busy machine.
    static func slowLink(to address: String, bitsPerSecond: Double = 5e5) throws -> SimulatedLink {
        try SimulatedLink(to: address, LinkConditions(bitsPerSecond: bitsPerSecond, latency: .milliseconds(20)))
    }

    var journal: Journal { .outbox(of: site.clinicHome) }

    /// Words of `veilray-send` for this side.
    func words(_ command: String, _ more: String...) -> [String] { [command, "--home", site.clinicHome, "--json"] + more }

    func startSending(to address: String, _ more: [String] = []) throws -> RunningProgram {
        try RunningProgram(Programs.send, site.sending([site.originals], to: address, more))
    }

    /// Delivers what is left.
    func deliverRest(_ more: String...) async throws -> Finished {
        try await run(Programs.send, words("deliver", "--once") + more)
    }

    /// Every file is identical, nothing is there twice, nothing is left over, and every receipt is there and verifies.
    func expectDelivered(transfers: Int = 1, _ context: Comment? = nil) async throws {
        let received = site.files(below: site.inbox).filter { !$0.key.hasPrefix(".") }
        #expect(received == originals, context)
        #expect(journal.isIntact, context)
        #expect(journal.number("SELECT COUNT(*) FROM study WHERE state = 'delivered'") == transfers, context)
        #expect(journal.number("SELECT COUNT(*) FROM study WHERE studyKey IS NOT NULL OR manifest IS NOT NULL") == 0, context)
        #expect(journal.number("SELECT COUNT(*) FROM instance WHERE state != 'acknowledged' OR receipt IS NULL") == 0, context)
        #expect(site.files(below: site.clinicHome + "/state/outbox").isEmpty, context)
        let receipts = try await run(Programs.send, words("receipts"))
        #expect(receipts.status == 0, context)
        let lines = receipts.events(named: "receipts")
        #expect(lines.count == transfers, context)
        #expect(lines.allSatisfy { $0["isVerified"] as? Bool == true && $0["failed"] as? Int == 0 }, context)
        #expect(lines.reduce(0) { $0 + ($1["restored"] as? Int ?? 0) } == originals.count, context)
    }
}

/// What a test reads of a program's journal while the program runs, or after it was killed.
struct Journal: Sendable {
    let path: String

    static func outbox(of home: String) -> Journal { Journal(path: home + "/state/outbox.sqlite") }

    /// The first column of the first row; `nil` while the journal is not there.
    func number(_ query: String) -> Int? { value(query) }

    /// The same of a text.
    func text(_ query: String) -> String? { value(query) }

    private func value<Value: DatabaseValueConvertible & Sendable>(_ query: String) -> Value? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        return try? DatabaseQueue(path: path, configuration: configuration).read { try Value.fetchOne($0, sql: query) }
    }

    /// Returns when a query yields at least one; `false` when that takes too long.
    func wait(until query: String, within limit: Duration = .seconds(60)) async throws -> Bool {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if let number = number(query), number > 0 { return true }
            try await Task.sleep(for: .milliseconds(2))
        }
        return false
    }

    /// SQLite's own check of the file.
    var isIntact: Bool {
        (try? DatabaseQueue(path: path).read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }) == "ok"
    }
}
