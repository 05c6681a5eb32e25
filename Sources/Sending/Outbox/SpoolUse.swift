import Concurrency
import Protocol
import Synchronization

/// Who is writing into a transfer's folder of sealed files, so that the folder goes when nobody is any more.
///
/// Sealing cannot be broken off: a file may be ready a moment after the receiver has signed for all of the study.
final class SpoolUse: Sendable {
    private struct State {
        var writers = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let notice = ChangeNotice()

    /// Runs `body`, which writes into the folder, unless that is closed.
    ///
    /// - Returns: `nil` where it is closed.
    func writing<Result>(_ body: () throws -> Result) rethrows -> Result? {
        let isOpen = state.withLock { state in
            if !state.isClosed { state.writers += 1 }
            return !state.isClosed
        }
        guard isOpen else { return nil }
        defer {
            state.withLock { $0.writers -= 1 }
            notice.post()
        }
        return try body()
    }

    /// From now on nobody begins to write; returns when nobody writes any more.
    ///
    /// - Throws: `CancellationError`.
    func close() async throws {
        state.withLock { $0.isClosed = true }
        while true {
            let seen = notice.count
            if state.withLock({ $0.writers == 0 }) { return }
            try await notice.change(after: seen)
        }
    }
}
