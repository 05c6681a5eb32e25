import Basics
import Foundation
import GRDB

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
