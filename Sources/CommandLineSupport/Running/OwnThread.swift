import Foundation

/// Runs work that may stand still for long, on a thread that nothing else waits for.
///
/// The threads of ``WorkerPool`` are shared: work that waits for a child process there would hold up whatever else is queued. How many run
/// at once is up to the caller.
public enum OwnThread {
    public static func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Swift.Result { try work() }) }
        }
    }
}
