import CommandLineSupport
import Foundation
import GRDB
import Journal

/// The receiver's journal: what has arrived of which study, what became of it, what is still to be done.
///
/// Every method that changes something is one transaction, and returns when it is on the disk. What a row claims about a file is
/// always true by then: bytes are synced before their offset is written here, restored files before they are called restored.
/// Nothing else may change `inbox.sqlite` while it is open; ``InboxLock`` sees to that.
final class Inbox: Sendable {
    let database: DatabasePool

    /// Opens `inbox.sqlite` in the folder of this side's state; makes it where it is not there.
    init(state: URL) throws {
        try AtomicFile.makeDirectories(state.path, mode: 0o700)
        database = try JournalDatabase.open(at: Self.path(in: state), migrator: InboxSchema.migrator)
        // Study keys are overwritten when they are no longer needed, not just unlinked from their page.
        try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA secure_delete = ON") }
    }

    static func path(in state: URL) -> String { state.appending(path: "inbox.sqlite").path }
}
