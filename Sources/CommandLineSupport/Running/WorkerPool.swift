import Foundation
import Dispatch

/// Threads of its own for work that computes long or blocks on files, so that Swift's cooperative threads never do.
///
/// The pool does not queue without bound by itself: callers keep at most ``width`` jobs in flight (see ``forEach(_:_:)``).
public struct WorkerPool: Sendable {
    /// How many jobs run at once when callers keep to it: one a processor.
    public let width: Int
    private let queue: DispatchQueue

    public init(label: String, width: Int = WorkerPool.processorCount) {
        self.width = max(1, width)
        queue = DispatchQueue(label: label, attributes: .concurrent)
    }

    public static var processorCount: Int {
        max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    /// Runs `work` on one of the pool's threads.
    public func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(with: Swift.Result { try work() })
            }
        }
    }

    /// Runs `work` for every item, at most ``width`` at once, and hands the results over as they come, in any order.
    ///
    /// `receive` is awaited before another item begins, so a slow consumer holds the work back.
    public func forEach<Item: Sendable, Result: Sendable>(
        _ items: some Sequence<Item> & Sendable, _ work: @escaping @Sendable (Item) throws -> Result,
        receive: (Result) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Result.self) { group in
            var remaining = items.makeIterator()
            for _ in 0..<width {
                guard let item = remaining.next() else { break }
                group.addTask { try await run { try work(item) } }
            }
            while let result = try await group.next() {
                if let item = remaining.next() {
                    group.addTask { try await run { try work(item) } }
                }
                try await receive(result)
            }
        }
    }
}
