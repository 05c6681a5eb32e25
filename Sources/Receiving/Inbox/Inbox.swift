import Basics
import Concurrency
import Files
import Foundation
import Protocol

/// The inbox as commands know it: what they may read, and what a person may change.
package struct Inbox: Sendable {
    let store: any InboxStore

    init(_ store: any InboxStore) {
        self.store = store
    }

    /// The transfers that a person means by their beginnings, each once.
    ///
    /// - Throws: `OperationFailure` `.invalidRequest` where none or several are meant by one beginning.
    package func transfers(meantBy beginnings: [TransferPrefix]) async throws -> [TransferID] {
        try TransferPrefix.each(beginnings, of: try await store.transfers())
    }

    package func study(_ transfer: TransferID) async throws -> StudyStatus? { try await store.study(transfer) }

    /// The facts that an answer to a study needs; `nil` for a study that is not here.
    package func answerable(_ transfer: TransferID) async throws -> AnswerableTransfer? { try await store.answerable(transfer) }

    /// A study's manifest as its sender signed it, armoured; `nil` for a study that is not here.
    package func manifestText(of transfer: TransferID) async throws -> String? { try await store.manifestText(of: transfer) }

    /// Studies, newest first.
    ///
    /// - Parameter limit: how many of the finished ones; those that are under way or not forwarded are all listed.
    package func studies(limit: Int) async throws -> [StudyStatus] { try await store.studies(limit: limit) }

    /// Has a study forwarded that was given up or dropped. Returns `false`, with nothing changed, where it is none of these.
    package func retryForwarding(_ transfer: TransferID) async throws -> Bool { try await store.retryForwarding(transfer) }

    /// Ends the forwarding of a study. Returns `false`, with nothing changed, where nothing waits.
    package func dropForwarding(_ transfer: TransferID) async throws -> Bool { try await store.dropForwarding(transfer) }

    /// Files of a study that another application has not taken, or not without a remark.
    package func forwardingNotes(of transfer: TransferID) async throws -> [ForwardingNote] {
        try await store.forwardingNotes(of: transfer)
    }

    /// Has the folder at a path, which gets a number if it has none, be the one that files are received into by that path. Blocks.
    ///
    /// - Returns: `false`, with nothing changed, where no files were ever received into a folder at that path.
    /// - Throws: `FileError`
    package func useFolder(_ path: String) throws -> Bool {
        guard try store.folderMark(of: path) != nil else { return false }
        try store.accept(try FolderMark.readOrMake(in: try OpenFolder(path)), as: path)
        return true
    }
}

/// The right to change one home's inbox, held by one process at a time and given up when it ends, however it ends.
package enum InboxLock {
    /// - Parameter patience: how long to wait for a process that is just stopping.
    /// - Throws: `OperationFailure`, ``FileError``; `CancellationError`.
    static func take(in state: URL, patience: Duration = .seconds(10), clock: any MonotonicClock) async throws -> FileLock {
        let deadline = clock.now + patience
        while true {
            if let lock = try FileLock.take(state.appending(path: "inbox.lock").path) { return lock }
            guard clock.now < deadline else {
                throw OperationFailure(.temporary, "another program receives into this home (\(state.path) is locked)")
            }
            try await clock.sleep(for: .milliseconds(100))
        }
    }

    /// For a command that changes the inbox while nobody serves; waits for nobody.
    ///
    /// - Throws: `OperationFailure` `.temporary`, ``FileError``.
    package static func takeAtOnce(in state: URL) throws -> FileLock {
        guard let lock = try FileLock.take(state.appending(path: "inbox.lock").path) else {
            throw OperationFailure(
                .temporary, "a running veilray-receive serves this home; stop 'serve' first, and start it again afterwards")
        }
        return lock
    }
}

/// The share of the journal that studies may take that are not complete, whoever opens them: manifests are not under credit.
///
/// A complete study's rows are not counted. Each of them stands for a file that is on the disk.
struct JournalLimits: Sendable {
    /// Studies of one sender that have not come to their end.
    var studies = 64
    /// Of one sender's studies that are arriving or incomplete. A sender's only study may be larger.
    var senderBytes = 64 << 20
    /// Of all such studies.
    var bytes = 256 << 20

    /// Bytes that a manifest takes in a journal and its indices, about: its text is in Base64, and each file has a row.
    static func bytes(of manifest: Manifest) -> Int {
        manifest.entries.reduce(1_000) { $0 + 310 + $1.path.utf8.count * 7 / 3 }
    }
}

extension InboxStore {
    /// A folder to receive into. One that this journal knows may be away; it is never made. One that is new gets its number, and is made
    /// where the folder above it is there. Blocks.
    ///
    /// - Throws: `OperationFailure` when the folder above is missing, too; ``FileError``; errors of the journal.
    func receivingFolder(_ path: String) throws -> GuardedFolder {
        if let known = try knownFolder(path) { return known }
        try makeFolder(path)
        return GuardedFolder(path: path) { [self] in try folderMark(of: path) }
    }

    /// A folder that was received into, now or in an earlier run; `nil` for any other. Blocks.
    func knownFolder(_ path: String) throws -> GuardedFolder? {
        try folderMark(of: path).map { _ in GuardedFolder(path: path) { [self] in try folderMark(of: path) } }
    }

    private func makeFolder(_ path: String) throws {
        do throws(FileError) {
            try AtomicFile.makeLastDirectory(path)
        } catch {
            guard error.isMissing else { throw error }
            let parent = AtomicFile.parent(of: path)
            throw OperationFailure(
                .fileAccess,
                "\(path) cannot be made, since \(parent) is not there; mount the file system that it is on, or make that folder first "
                    + "(mkdir -p '\(parent)')")
        }
        try accept(try FolderMark.readOrMake(in: try OpenFolder(path)), as: path)
    }
}
