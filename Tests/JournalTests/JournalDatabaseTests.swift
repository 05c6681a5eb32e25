import Foundation
import GRDB
import Journal
import Testing

@Suite struct JournalDatabaseTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "veilray-journal-\(UUID().uuidString).sqlite").path

    private var first: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("first") { database in
            try database.create(table: "item") { $0.autoIncrementedPrimaryKey("id") }
        }
        return migrator
    }

    @Test func isPrivateAndFullySynchronised() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let pool = try JournalDatabase.open(at: path, migrator: first)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let (mode, synchronous) = try pool.writeWithoutTransaction { database in
            (try String.fetchOne(database, sql: "PRAGMA journal_mode"), try Int.fetchOne(database, sql: "PRAGMA synchronous"))
        }
        #expect(mode == "wal")
        #expect(synchronous == 2)
    }

    /// As when two commands are started at once after an upgrade: each finds the tables missing and would make them.
    @Test func manyMayOpenANewJournalAtOnce() async throws {
        defer { for end in ["", "-wal", "-shm", ".opening"] { try? FileManager.default.removeItem(atPath: path + end) } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 1...6 {
                group.addTask { [path] in
                    var migrator = DatabaseMigrator()
                    migrator.registerMigration("slow") { database in
                        usleep(50_000)
                        try database.create(table: "item") { $0.autoIncrementedPrimaryKey("id") }
                    }
                    let queue = DispatchQueue(label: "opener")
                    try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
                        queue.async { [migrator] in
                            done.resume(with: Result { try JournalDatabase.open(at: path, migrator: migrator).close() })
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test(
        arguments: [
            (DatabaseError(resultCode: .SQLITE_FULL, sql: "SELECT * FROM sqlite_master"), "the disk is full"),
            (DatabaseError(resultCode: .SQLITE_IOERR, sql: "SELECT * FROM sqlite_master"), "full or fails"),
            (DatabaseError(resultCode: .SQLITE_READONLY), "permissions"), (DatabaseError(resultCode: .SQLITE_NOTADB), "damaged"),
            (DatabaseError(resultCode: .SQLITE_BUSY), "another program"),
            (DatabaseError(resultCode: .SQLITE_CANTOPEN, message: "a: No space left on device"), "the disk is full"),
        ]) func errorsAreSentences(_ error: DatabaseError, _ words: String)
    {
        let reason = JournalDatabase.reason(for: error)
        #expect(reason.contains(words), "\(reason)")
        #expect(!reason.contains("SELECT") && !reason.contains("SQLite error"))
    }

    @Test func whatIsNoJournalIsNamed() throws {
        defer { for end in ["", ".opening"] { try? FileManager.default.removeItem(atPath: path + end) } }
        try Data(repeating: 0x61, count: 8192).write(to: URL(filePath: path))
        let error = try #require(throws: JournalError.self) { try JournalDatabase.open(at: path, migrator: first) }
        #expect(error.description == "\(path): the journal is damaged, or this file is none")
        #expect(JournalDatabase.threw(error))
    }

    @Test func itsErrorsAreKnown() {
        #expect(JournalDatabase.threw(DatabaseError(message: "the disk fails")))
        #expect(!JournalDatabase.threw(CancellationError()))
    }

    @Test func refusesAJournalOfANewerVersion() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        var newer = first
        newer.registerMigration("second") { database in try database.create(table: "more") { $0.autoIncrementedPrimaryKey("id") } }
        try JournalDatabase.open(at: path, migrator: newer).close()
        #expect(throws: JournalError.self) { try JournalDatabase.open(at: path, migrator: first) }
    }
}
