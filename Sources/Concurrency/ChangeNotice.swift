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

/// A request that stays made: whoever waits for it goes on, then and ever after.
public final class StopRequest: Sendable {
    private let notice = ChangeNotice()

    public init() {}

    public var isRequested: Bool { notice.count > 0 }

    public func request() { notice.post() }

    /// Returns when the stop was requested, or the task was cancelled.
    public func wait() async {
        try? await notice.change(after: 0)
    }

    /// The result of `body`, or `nil` when the stop is requested first; `body` is cancelled then.
    public func first<Result: Sendable>(orElse body: @escaping @Sendable () async throws -> Result?) async throws -> Result? {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                await self.wait()
                return nil
            }
            group.addTask { try await body() }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
