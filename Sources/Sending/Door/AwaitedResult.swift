import Dispatch
import Synchronization

/// The result of asynchronous work for a thread that waits: never one of Swift's cooperative threads, which the work needs.
enum AwaitedResult {
    static func of<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
        let isDone = DispatchSemaphore(value: 0)
        let result = Mutex<Result<Value, any Error>?>(nil)
        Task {
            let end: Result<Value, any Error>
            do { end = .success(try await work()) } catch { end = .failure(error) }
            result.withLock { $0 = end }
            isDone.signal()
        }
        isDone.wait()
        // Set before the signal.
        guard let end = result.withLock({ $0 }) else { throw CancellationError() }
        return try end.get()
    }
}
