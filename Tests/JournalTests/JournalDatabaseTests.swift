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

    @Test func refusesAJournalOfANewerVersion() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        var newer = first
        newer.registerMigration("second") { database in try database.create(table: "more") { $0.autoIncrementedPrimaryKey("id") } }
        try JournalDatabase.open(at: path, migrator: newer).close()
        #expect(throws: DatabaseError.self) { try JournalDatabase.open(at: path, migrator: first) }
    }
}
