import GRDB

/// Gathers changes that come while a transaction is being written into the next one.
///
/// A transaction costs a wait for the disk, whatever is in it. When hundreds of small changes come at once, each waits for one or two
/// transactions instead of hundreds, and each is on the disk when its call returns.
public actor GroupCommit {
    /// One change; runs inside a transaction with others. An error rolls back all of them.
    public typealias Change = @Sendable (Database) throws -> Void

    private let writer: any DatabaseWriter
    private var waiting: [(change: Change, done: CheckedContinuation<Void, any Error>)] = []
    private var isWriting = false

    public init(_ writer: any DatabaseWriter) {
        self.writer = writer
    }

    /// Makes a change; returns when it is on the disk. Changes take effect in the order of the calls.
    ///
    /// - Throws: what the change or one that shared its transaction threw; nothing of that transaction has happened then.
    public func commit(_ change: @escaping Change) async throws {
        try await withCheckedThrowingContinuation { continuation in
            waiting.append((change, continuation))
            if !isWriting {
                isWriting = true
                Task { await writeAll() }
            }
        }
    }

    private func writeAll() async {
        while !waiting.isEmpty {
            let group = waiting
            waiting = []
            let changes = group.map(\.change)
            do {
                try await writer.write { database in
                    for change in changes { try change(database) }
                }
                for member in group { member.done.resume() }
            } catch {
                for member in group { member.done.resume(throwing: error) }
            }
        }
        isWriting = false
    }
}
