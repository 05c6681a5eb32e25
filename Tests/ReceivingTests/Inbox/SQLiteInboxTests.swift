import Basics
import DICOM
import Foundation
import GRDB
import Journal
import Protocol
import TestSupport
import Testing

@testable import Receiving

/// What only the journal in SQLite promises: who may read the file, which versions are read, and that keys are gone from the disk.
@Suite struct SQLiteInboxTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// A journal that somebody else has opened, as after a crash.
    private func reopened() throws -> SQLiteInbox { try SQLiteInbox(state: folder.url) }

    private func key() async throws -> Data? {
        try await reopened().database.read { try Data.fetchOne($0, sql: "SELECT key FROM study") }
    }

    @Test func isPrivateAndSynchronised() throws {
        let inbox = try reopened()
        let attributes = try FileManager.default.attributesOfItem(atPath: SQLiteInbox.path(in: folder.url))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let (synchronous, secure) = try inbox.database.writeWithoutTransaction { database in
            (try Int.fetchOne(database, sql: "PRAGMA synchronous"), try Int.fetchOne(database, sql: "PRAGMA secure_delete"))
        }
        #expect(synchronous == 2)
        #expect(secure == 1)
    }

    @Test func theKeyGoesWithTheStudysEnd() async throws {
        let study = try TestStudy(["a.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        #expect(try await key() == Data(study.key))
        _ = try await reopened().commit([study.restored(0)])
        #expect(try await key() == nil)
        // A sender that opens it again, for the receipts, does not bring it back.
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        #expect(try await key() == nil)
    }

    /// Opened again for its receipts, an incomplete study has its key for that session only.
    @Test func theKeyOfAnIncompleteStudyDoesNotStay() async throws {
        let study = try TestStudy(["a.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        #expect(try await !reopened().wipeKeyIfOver(study.transfer))
        #expect(try await key() != nil)
        _ = try await reopened().withdraw(0, of: study.transfer, reason: "busy")
        #expect(try await key() == nil)
        try await reopened().setKey(study.key, of: study.transfer)
        #expect(try await key() != nil)
        #expect(try await reopened().wipeKeyIfOver(study.transfer))
        #expect(try await key() == nil)
        // Or killed before that.
        try await reopened().setKey(study.key, of: study.transfer)
        try await reopened().wipeKeys()
        #expect(try await key() == nil)
    }

    @Test func theLogForgetsTheKey() async throws {
        let study = try TestStudy(["a.dcm"])
        let inbox = try reopened()
        _ = try await inbox.open(study.manifest, peer: "clinic", key: study.key)
        func isOnTheDisk() throws -> Bool {
            try ["", "-wal"].contains { suffix in
                try Data(contentsOf: URL(filePath: SQLiteInbox.path(in: folder.url) + suffix)).range(of: Data(study.key)) != nil
            }
        }
        #expect(try isOnTheDisk())
        _ = try await inbox.commit([study.restored(0)])
        #expect(try isOnTheDisk())
        await inbox.overwriteTraces()
        #expect(try !isOnTheDisk())
        // And it goes on.
        let next = try TestStudy(["b.dcm"])
        _ = try await inbox.open(next.manifest, peer: "clinic", key: nil)
        #expect(try await reopened().instances(of: next.transfer).map(\.state) == [.awaited])
    }

    @Test func readingChangesNothing() async throws {
        let study = try TestStudy(["a.dcm"])
        let writer = try reopened()
        _ = try await writer.open(study.manifest, peer: "clinic", key: study.key)
        let reader = try SQLiteInbox(reading: folder.url)
        #expect(try await reader.studies(limit: 1).map(\.transfer) == [study.transfer])
        await #expect(throws: DatabaseError.self) { try await reader.withdraw(0, of: study.transfer, reason: "busy") }
    }

    @Test(arguments: [("forwarding", "older"), (nil, "newer")])
    func journalsOfOtherVersionsAreNotRead(_ migration: String?, _ word: String) async throws {
        let path = SQLiteInbox.path(in: folder.url)
        do {
            let database = try DatabasePool(path: path)
            if let migration { try InboxSchema.migrator.migrate(database, upTo: migration) }
            var migrator = InboxSchema.migrator
            migrator.registerMigration("of the future") { _ in }
            if migration == nil { try migrator.migrate(database) }
            try database.close()
        }
        let error = #expect(throws: JournalError.self) { try SQLiteInbox(reading: folder.url) }
        #expect(error.map { "\($0)".contains(word) } == true)
        let columns = try await DatabasePool(path: path).read { try $0.columns(in: "instance").map(\.name) }
        #expect(columns.contains("attempts") == (migration == nil))
    }
}
