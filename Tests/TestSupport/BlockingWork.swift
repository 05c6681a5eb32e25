import Foundation

/// Work that blocks, on a thread of its own: Swift's cooperative threads are as many as processors, and no test may hold one up.
public struct BlockingWork<Result: Sendable>: Sendable {
    private let results: AsyncThrowingStream<Result, any Error>

    /// Begins at once.
    public init(_ work: @escaping @Sendable () throws -> Result) {
        let (results, continuation) = AsyncThrowingStream.makeStream(of: Result.self)
        self.results = results
        Thread.detachNewThread {
            do {
                continuation.yield(try work())
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
    }

    /// What it returns or throws. To be asked once.
    public var value: Result {
        get async throws {
            for try await result in results { return result }
            throw CancellationError()
        }
    }
}

/// Lets tasks that can get on do so, as a rule until they wait for something: in tests that hold whichever comes first, and are to try
/// the case in which the others do.
public func letOthersRun(_ times: Int = 100) async {
    for _ in 0..<times { await Task.yield() }
}
