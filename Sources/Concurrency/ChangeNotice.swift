import Synchronization

/// Wakes those who wait for something to have changed; each looks for itself whether it is what it waited for.
///
/// ```swift
/// while !condition {
///     let seen = notice.count
///     if condition { break }
///     try await notice.change(after: seen)
/// }
/// ```
public final class ChangeNotice: Sendable {
    private struct State {
        var count = 0
        var nextIdentifier = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    /// How many changes there were.
    public var count: Int { state.withLock { $0.count } }

    public init() {}

    public func post() {
        let waiting = state.withLock { state in
            state.count += 1
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when there were more changes than `seen`.
    ///
    /// - Throws: `CancellationError`.
    public func change(after seen: Int) async throws {
        let identifier = state.withLock { state in
            state.nextIdentifier += 1
            return state.nextIdentifier
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if state.count > seen || Task.isCancelled { return true }
                    state.waiting[identifier] = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: identifier) }?.resume()
        }
        try Task.checkCancellation()
    }
}
