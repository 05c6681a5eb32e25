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

    /// What `body` returns, or `nil` when the stop is requested first; `body` is cancelled then.
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
