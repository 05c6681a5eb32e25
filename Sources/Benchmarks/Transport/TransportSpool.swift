import Concurrency
import Foundation
import GRDB
import Journal

/// Makes files durable as the receiver does: one file that is appended to, synced for many instances at once, and a journal that learns of
/// them when they are on the disk.
actor TransportSpool {
    private let descriptor: FileHandle
    private let journal: DatabasePool
    private let pool: WorkerPool
    private var waiting: [(index: Int, done: CheckedContinuation<Void, any Error>)] = []
    private var isSyncing = false

    init(folder: URL, pool: WorkerPool) throws {
        let name = UUID().uuidString
        let file = folder.appending(path: name + ".spool")
        guard FileManager.default.createFile(atPath: file.path, contents: nil) else { throw CocoaError(.fileWriteUnknown) }
        descriptor = try FileHandle(forWritingTo: file)
        var migrator = DatabaseMigrator()
        migrator.registerMigration("instances") { database in
            try database.create(table: "instance") { table in
                table.primaryKey("position", .integer)
                table.column("state", .text).notNull()
            }
        }
        journal = try JournalDatabase.open(at: folder.appending(path: name + ".sqlite").path, migrator: migrator)
        self.pool = pool
    }

    func append(_ bytes: [UInt8]) async throws {
        try await pool.run { [descriptor] in try descriptor.write(contentsOf: bytes) }
    }

    /// Returns when everything that was appended so far is on the disk and the journal says so.
    func keep(_ index: Int) async throws {
        try await withCheckedThrowingContinuation { continuation in
            waiting.append((index, continuation))
            guard !isSyncing else { return }
            isSyncing = true
            Task { await syncAll() }
        }
    }

    private func syncAll() async {
        while !waiting.isEmpty {
            let group = waiting
            waiting = []
            let indices = group.map(\.index)
            do {
                try await pool.run { [descriptor] in
                    guard fdatasync(descriptor.fileDescriptor) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
                }
                try await journal.write { database in
                    for index in indices {
                        try database.execute(sql: "INSERT INTO instance (position, state) VALUES (?, 'arrived')", arguments: [index])
                    }
                }
                for member in group { member.done.resume() }
            } catch {
                for member in group { member.done.resume(throwing: error) }
            }
        }
        isSyncing = false
    }
}
