import Files
import Foundation
import GRDB

/// A journal: an SQLite database that one program keeps of what it has still to do.
///
/// Opened with a write-ahead log and full synchronisation: a transaction that has returned survives a killed process and a power cut
/// (https://www.sqlite.org/wal.html, "Durability"; `PRAGMA synchronous=FULL`).
public enum JournalDatabase {
    /// Opens the database, makes it first if it is not there, and brings its tables up to date.
    ///
    /// Only this user can read the file (mode 0600): it holds keys of studies under way. Waits while another process does the same.
    ///
    /// - Parameter migrator: the named migrations, oldest first. A name never changes its meaning once it was released.
    /// - Throws: ``JournalError`` when the file is no journal, cannot be written, or was made by a newer version.
    public static func open(at path: String, migrator: DatabaseMigrator) throws -> DatabasePool {
        // What is missing is looked up before it is made: two at once would make the same tables.
        do {
            // A lock on a file of its own: closing a descriptor of the journal's own file would give up SQLite's locks on it (fcntl(2)).
            let lock = try FileLock.waitFor("\(path).opening")
            return try withExtendedLifetime(lock) { try openAlone(at: path, migrator: migrator) }
        } catch let error as FileError {
            throw JournalError(path, reason: error.reason)
        } catch let error as DatabaseError {
            throw JournalError(path, error)
        }
    }

    /// Opens a journal that is there, only to read it, beside whoever may be writing it. Changes nothing in it.
    ///
    /// - Parameter command: what brings a journal of an older version up to date.
    /// - Throws: ``JournalError``, also when another version of this program has made it.
    public static func openReading(at path: String, migrator: DatabaseMigrator, updatedBy command: String) throws -> DatabasePool {
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(30)
            let pool = try DatabasePool(path: path, configuration: configuration)
            let (isNewer, isCurrent) = try pool.read { database in
                (try migrator.hasBeenSuperseded(database), try migrator.hasCompletedMigrations(database))
            }
            guard !isNewer else { throw JournalError(path, reason: "the journal was made by a newer Veilray; install that") }
            guard isCurrent else {
                throw JournalError(path, reason: "the journal was made by an older Veilray; '\(command)' brings it up to date")
            }
            return pool
        } catch let error as DatabaseError {
            throw JournalError(path, error)
        }
    }

    private static func openAlone(at path: String, migrator: DatabaseMigrator) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(30)
        // A key that was deleted must not stay in some free page.
        configuration.prepareDatabase { database in try database.execute(sql: "PRAGMA secure_delete = ON") }
        try makePrivateFile(at: path)
        let pool = try DatabasePool(path: path, configuration: configuration)
        // After opening: GRDB relaxes this when it turns the write-ahead log on. A pool keeps its one writing connection for good.
        try pool.writeWithoutTransaction { database in try database.execute(sql: "PRAGMA synchronous = FULL") }
        guard try !pool.read(migrator.hasBeenSuperseded) else {
            throw JournalError(path, reason: "the journal was made by a newer Veilray; install that, or move the file away")
        }
        try migrator.migrate(pool)
        return pool
    }

    /// Whether an error came from a journal: the disk, the file, or how it is used.
    public static func threw(_ error: any Error) -> Bool { error is DatabaseError || error is JournalError }

    /// The meaning of an error, for people: of a journal without SQL, of anything else its own description.
    public static func reason(for error: any Error) -> String {
        (error as? DatabaseError).map { JournalError.reason(for: $0) } ?? "\(error)"
    }

    /// SQLite gives its side files the mode of the main file, so that one must be private before anything is in it.
    private static func makePrivateFile(at path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else { return }
        _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
    }
}
