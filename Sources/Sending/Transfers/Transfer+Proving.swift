import Basics
import Concurrency
import Files
import Protocol

/// The end of a stego file that was being sent is not given. Either it is sealed anew, since it has turned out not to be exact or was lost,
/// and what the receiver has of it is of no use; or the session is over.
struct EndWithheld: Error {}

/// Stego files that are in the spool, and may be on their way, before they are proven.
extension Transfer {
    /// Whether the stego file with this digest is there, and its proof outstanding.
    func isUnproven(_ index: Int, _ digest: ContentDigest) -> Bool {
        isSealed(index, as: digest) && row(index).proof == .outstanding
    }

    /// Whether a file may be on its way before it is proven: not where that went wrong before.
    func mayProveLater(_ index: Int) -> Bool { row(index).proof != .failed }

    /// The stego file with this digest; `nil` where it is not there any more. Runs on a worker thread.
    nonisolated func unprovenFile(_ index: Int, _ digest: ContentDigest) -> FileSource? { spool.source(index, digest: digest) }

    /// The stego file with this digest is exact: the end of it may be sent.
    func proven(_ index: Int, _ digest: ContentDigest) async throws { try await make(.proven(digest), [index]) }

    /// sealed, sending or failed → planned: the stego file with this digest is not exact, or proving it ended the program.
    func refuted(_ index: Int, _ digest: ContentDigest) async throws { try await make(.refuted(digest), [index]) }

    /// Returns when the stego file with this digest is proven.
    ///
    /// - Parameter waiting: told when this begins and ceases to wait.
    /// - Throws: ``EndWithheld`` where it is not the file to be sent any more, or not over this session; `CancellationError`.
    func untilProven(_ index: Int, _ digest: ContentDigest, waiting: @Sendable (Bool) async -> Void) async throws {
        var isWaiting = false
        while true {
            let seen = changes
            guard isSealed(index, as: digest) else { throw EndWithheld() }
            if row(index).proof == nil { break }
            if isSessionOver { throw EndWithheld() }
            if !isWaiting { await waiting(true) }
            isWaiting = true
            try await change(after: seen)
        }
        if isWaiting { await waiting(false) }
    }
}
