import Dispatch
import Foundation

/// Threads of its own for work that computes long or blocks on files, so that Swift's cooperative threads never do.
///
/// The pool queues whatever it is given: callers bound what they have in flight, as ``forEach(_:_:receive:)`` does.
public struct WorkerPool: Sendable {
    /// How many jobs ``forEach(_:_:receive:)`` keeps running: one a processor, unless told otherwise.
    public let width: Int
    private let queue: DispatchQueue

    /// - Parameter qos: pools of one class share their threads, as many as there are processors; those of another class have their own.
    public init(label: String, width: Int = WorkerPool.processorCount, qos: DispatchQoS = .unspecified) {
        self.width = max(1, width)
        queue = DispatchQueue(label: label, qos: qos, attributes: .concurrent)
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
    /// The next item begins when a result is taken for `receive`, one result at a time; so a slow consumer holds the work back, and
    /// there are never more than ``width`` + 1 results and items at hand. The first error, of `work` or of `receive`, is thrown once the
    /// jobs under way have ended; no other item begins then.
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
