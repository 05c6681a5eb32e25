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

// Folders that files are received into.
extension SQLiteInbox {
    func folderMark(of path: String) throws -> FolderMark? {
        try database.read { database in
            try String.fetchOne(database, sql: "SELECT mark FROM folder WHERE path = ?", arguments: [path])
        }.map { try FolderMark($0).orDamaged() }
    }

    func accept(_ mark: FolderMark, as path: String) throws {
        try database.write { database in
            try database.execute(
                sql: "INSERT INTO folder (path, mark) VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET mark = excluded.mark",
                arguments: [path, mark.description])
        }
    }
}

/// Where studies belong whose places are not their layout's.
extension SQLiteInbox {
    func place(of transfer: TransferID) async throws -> String? {
        try await database.read { database in
            try String.fetchOne(database, sql: "SELECT place FROM study WHERE transfer = ?", arguments: [transfer.description])
        }
    }

    /// Two studies never share a place: the second one's name has its transfer's number.
    ///
    /// - Throws: ``ReceivingError`` `.folderIsFull`
    static func give(_ place: StudyPlace, to transfer: TransferID, _ database: Database) throws {
        let folder = SafeName.make(place.folder, otherwise: "study")
        // Everything below the folder, and nothing else: "0" is the character behind "/".
        let inFolder = try Int.fetchOne(
            database, sql: "SELECT count(*) FROM study WHERE place >= ? AND place < ?", arguments: ["\(folder)/", "\(folder)0"])
        guard (inFolder ?? 0) < place.limit else { throw ReceivingError.folderIsFull(place.limit) }
        let path = "\(folder)/\(SafeName.make(place.name, otherwise: "reply"))"
        let isTaken = try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM study WHERE place = ?)", arguments: [path])
        try database.execute(
            sql: "UPDATE study SET place = ? WHERE transfer = ?",
            arguments: [isTaken == true ? "\(path)-\(transfer.short)" : path, transfer.description])
    }
}
