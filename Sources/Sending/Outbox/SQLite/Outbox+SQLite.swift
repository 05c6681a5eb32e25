import Files
import Foundation
import Protocol

/// Outboxes with the journal `<state>/outbox.sqlite`.
extension Outbox {
    /// Opens the outbox of a home; blocks, so call it on a worker thread where others wait.
    ///
    /// - Throws: `FileError`, `JournalError`.
    package init(home: Home) throws {
        try AtomicFile.makeDirectories(home.state.path, mode: 0o700)
        self.init(folder: Self.folder(in: home), journal: try SQLiteOutboxJournal(at: Self.path(in: home)))
    }

    /// Opens the outbox only to read it; `nil` where there is none. Makes nothing.
    ///
    /// - Throws: `JournalError`.
    package init?(reading home: Home) throws {
        guard Self.isThere(in: home) else { return nil }
        self.init(folder: Self.folder(in: home), journal: try SQLiteOutboxJournal(reading: Self.path(in: home)))
    }

    /// Whether anything was ever put into the outbox of a home.
    package static func isThere(in home: Home) -> Bool { access(path(in: home), F_OK) == 0 }

    private static func folder(in home: Home) -> String { home.state.appending(path: "outbox").path }
    static func path(in home: Home) -> String { home.state.appending(path: "outbox.sqlite").path }
}
