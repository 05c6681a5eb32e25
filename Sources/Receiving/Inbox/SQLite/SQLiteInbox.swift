import Files
import Foundation
import GRDB
import Journal
import Logging
import Protocol

/// The receiver's journal in `inbox.sqlite`, by GRDB.
///
/// A transaction of a writer begins with the right to write (`BEGIN IMMEDIATE`), so that nothing that it has read changes before it
/// writes, whatever other processes do. `synchronous` is FULL: a transaction that has returned is on the disk.
final class SQLiteInbox: InboxStore {
    let database: DatabasePool

    /// Opens `inbox.sqlite` in the folder of this side's state; makes it where it is not there.
    init(state: URL) throws {
        try AtomicFile.makeDirectories(state.path, mode: 0o700)
        database = try JournalDatabase.open(at: Self.path(in: state), migrator: InboxSchema.migrator)
    }

    /// Opens a journal that is there, only to read it, beside whoever may be writing it. Changes nothing in it.
    ///
    /// - Throws: ``JournalError``, also when another version of this program has made it.
    init(reading state: URL) throws {
        database = try JournalDatabase.openReading(
            at: Self.path(in: state), migrator: InboxSchema.migrator, updatedBy: "veilray-receive serve")
    }

    /// Empties the write-ahead log into the database. Until then it holds old pages, and with them keys that were overwritten.
    ///
    /// Tried only: whatever reads at this moment keeps it, and the next study's end empties it.
    func overwriteTraces() async {
        do {
            try await database.writeWithoutTransaction { database in
                // Whoever wants to write waits as long.
                try database.execute(sql: "PRAGMA busy_timeout = 200")
                defer { try? database.execute(sql: "PRAGMA busy_timeout = 30000") }
                _ = try database.checkpoint(.truncate)
            }
        } catch {
            Logger(label: "veilray.inbox").debug("the journal's log could not be emptied", metadata: ["reason": "\(error)"])
        }
    }

    /// Its own write lock is the one to wait for; nothing is written.
    func answer() async throws { try await database.write { _ in } }

    static func path(in state: URL) -> String { state.appending(path: "inbox.sqlite").path }
}

extension Inbox {
    /// Opens the journal in the folder of this side's state; makes it where it is not there.
    ///
    /// - Throws: `JournalError`, `FileError`
    package init(state: URL) throws { self.init(try SQLiteInbox(state: state)) }

    /// Opens a journal that is there, only to read it, beside whoever may be writing it.
    ///
    /// - Throws: `JournalError`, also when another version of this program has made it.
    package init(reading state: URL) throws { self.init(try SQLiteInbox(reading: state)) }

    /// Whether there is a journal in the folder of this side's state.
    package static func exists(in state: URL) -> Bool { FileManager.default.fileExists(atPath: SQLiteInbox.path(in: state)) }
}
