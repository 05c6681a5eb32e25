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

    /// What an answer to a study needs to know of it; `nil` for a study that is not here.
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
