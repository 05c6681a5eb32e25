import GRDB

/// Gathers changes that come while a transaction is being written into the next one.
///
/// A transaction costs a wait for the disk, whatever is in it. When hundreds of small changes come at once, each waits for one or two
/// transactions instead of hundreds, and each is on the disk when its call returns.
public actor GroupCommit {
    /// One change; runs inside a transaction with others. After an error it may run once more, in a transaction of its own.
    public typealias Change = @Sendable (Database) throws -> Void

    private let writer: any DatabaseWriter
    private var waiting: [(change: Change, done: CheckedContinuation<Void, any Error>)] = []
    private var isWriting = false

    public init(_ writer: any DatabaseWriter) {
        self.writer = writer
    }

    /// Makes a change; returns when it is on the disk. Changes take effect in the order of the calls.
    ///
    /// - Throws: the error of the change, of which nothing has happened then. Another one's error does not matter.
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
            } catch  where group.count == 1 {
                group[0].done.resume(throwing: error)
            } catch {
                // One of them is at fault, and the others are not: each by itself.
                for member in group { await write(member.change, member.done) }
            }
        }
        isWriting = false
    }

    private func write(_ change: @escaping Change, _ done: CheckedContinuation<Void, any Error>) async {
        do {
            try await writer.write { try change($0) }
            done.resume()
        } catch {
            done.resume(throwing: error)
        }
    }
}
