/// Work that runs beside something else, such as a loop that looks at a disk.
public struct Service: Sendable {
    fileprivate let run: @Sendable () async throws -> Void
    fileprivate let stop: (@Sendable () async -> Void)?

    /// - Parameters:
    ///   - run: the work; an error other than `CancellationError` ends everything that runs beside it.
    ///   - stop: asks the work to come to its end in order. Where there is none, or its task was cancelled, the work ends by cancellation.
    public init(_ run: @escaping @Sendable () async throws -> Void, stop: (@Sendable () async -> Void)? = nil) {
        self.run = run
        self.stop = stop
    }
}

/// Runs `body` while services run. However `body` ends, the services are stopped then, the last one first, each when those behind it have
/// ended; when this returns or throws, all of them have ended.
///
/// - Throws: the errors of `body`; or else the error of a service, by which `body` was cancelled.
public func withServices<Result: Sendable>(
    _ services: [Service], _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    guard let first = services.first else { return try await body() }
    return try await withThrowingTaskGroup(of: Outcome<Result>.self) { group in
        group.addTask {
            do { try await first.run() } catch is CancellationError {}
            return .service
        }
        group.addTask {
            let result: Swift.Result<Result, any Error>
            do {
                result = .success(try await withServices(Array(services.dropFirst()), body))
            } catch {
                result = .failure(error)
            }
            return .body(result)
        }
        var end: Swift.Result<Result, any Error>?
        while let outcome = try await group.next() {
            guard case .body(let result) = outcome else { continue }
            end = result
            if let stop = first.stop, !Task.isCancelled { await stop() } else { group.cancelAll() }
        }
        guard let end else { throw CancellationError() }
        return try end.get()
    }
}

private enum Outcome<Value: Sendable>: Sendable {
    case service
    case body(Result<Value, any Error>)
}

/// Runs `body` to its end, also where this task is cancelled: for taking leave, and for steps that belong together.
///
/// - Throws: the errors of `body`.
public func withoutCancellation<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
    try await Task { try await body() }.value
}

/// Runs `body` to its end, also where this task is cancelled.
public func withoutCancellation<Result: Sendable>(_ body: @escaping @Sendable () async -> Result) async -> Result {
    await Task { await body() }.value
}

extension StopRequest {
    /// Waits for a time. Returns whether it passed before the stop was requested or the task was cancelled.
    public func sleep(for duration: Duration, clock: any MonotonicClock = ContinuousClock()) async -> Bool {
        let hasPassed = try? await first { () async throws -> Bool? in
            try await clock.sleep(for: duration)
            return true
        }
        return hasPassed == true
    }
}

extension ChangeNotice {
    /// Returns when there were more changes than `seen`, after a time, or when the task was cancelled.
    public func change(after seen: Int, within limit: Duration, clock: any MonotonicClock = ContinuousClock()) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await self.change(after: seen) }
            group.addTask { try? await clock.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }
}
