import Files
import Foundation
import GRDB
import Journal
import Logging

/// The receiver's journal: what has arrived of which study, what became of it, what is still to be done.
///
/// Every method that changes something is one transaction, and returns when it is on the disk. What a row claims about a file is
/// always true by then: bytes are synced before their offset is written here, restored files before they are called restored.
/// Nothing else may change `inbox.sqlite` while it is open; ``InboxLock`` sees to that.
package final class Inbox: Sendable {
    let database: DatabasePool

    /// Opens `inbox.sqlite` in the folder of this side's state; makes it where it is not there.
    package init(state: URL) throws {
        try AtomicFile.makeDirectories(state.path, mode: 0o700)
        database = try JournalDatabase.open(at: Self.path(in: state), migrator: InboxSchema.migrator)
    }

    /// Opens a journal that is there, only to read it, beside whoever may be writing it. Changes nothing in it.
    ///
    /// - Throws: ``JournalError``, also when another version of this program has made it.
    package init(reading state: URL) throws {
        database = try JournalDatabase.openReading(
            at: Self.path(in: state), migrator: InboxSchema.migrator, updatedBy: "veilray-receive serve")
    }

    /// Empties the write-ahead log into the database. Until then it holds old pages, and with them keys that were overwritten.
    ///
    /// Tried only: whatever reads at this moment keeps it, and the next study's end empties it.
    func overwriteLog() async {
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

    package static func path(in state: URL) -> String { state.appending(path: "inbox.sqlite").path }
}
