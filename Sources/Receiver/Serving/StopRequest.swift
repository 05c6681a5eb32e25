import Synchronization

/// Asks a server to stop: once requested it stays so, and whoever waits for it goes on.
final class StopRequest: Sendable {
    private struct State {
        var isRequested = false
        var nextWaiter = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    var isRequested: Bool { state.withLock { $0.isRequested } }

    func request() {
        let waiters = state.withLock { state in
            state.isRequested = true
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns when the stop was requested, or the task was cancelled.
    func wait() async {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if state.isRequested || Task.isCancelled { return true }
                    state.waiters[number] = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
    }

    /// What `body` returns, or `nil` when the stop is requested first; `body` is cancelled then.
    func first<Result: Sendable>(orElse body: @escaping @Sendable () async throws -> Result?) async throws -> Result? {
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

/// Counts finished studies and asks for the stop when there were as many as wanted.
actor StudyCounter {
    private let limit: Int?
    private let stop: StopRequest
    private(set) var count = 0

    init(limit: Int?, stop: StopRequest) {
        self.limit = limit
        self.stop = stop
    }

    func finishedOne() {
        count += 1
        if let limit, count >= limit { stop.request() }
    }
}
