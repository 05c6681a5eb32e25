import Basics
import Dispatch
import Foundation
import Synchronization

/// Threads of its own for work that computes long or blocks on files, so that Swift's cooperative threads never do.
///
/// The pool queues all the work it is given, first in, first out: callers bound what they have in flight, as
/// ``forEach(_:_:receive:)`` does. Its threads start when they are needed and end with the pool.
public final class WorkerPool: Sendable {
    /// The most jobs that run at once: one a processor, unless told otherwise.
    public let width: Int
    private let label: String
    private let crew = Crew()

    /// - Parameters:
    ///   - label: names the threads, for debuggers; 15 bytes of it are kept.
    ///   - width: at least 1 is taken.
    public init(label: String, width: Int = WorkerPool.processorCount) {
        self.label = label
        self.width = max(1, width)
    }

    deinit { crew.dismiss() }

    public static var processorCount: Int {
        max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    /// Runs `work` on one of the pool's threads.
    ///
    /// - Throws: the errors of `work`; `SystemError` where the system has no room for a single thread.
    public func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try add { continuation.resume(with: Swift.Result { try work() }) }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    /// Has `job` run on one of the pool's threads.
    ///
    /// - Throws: `SystemError` where the system has no room for a single thread; the job does not run then.
    func add(_ job: @escaping @Sendable () -> Void) throws(SystemError) {
        guard crew.add(job, width: width) else { return }
        do {
            try DedicatedThread.start(name: label, stackSize: DedicatedThread.largeStack) { [crew] in crew.work() }
        } catch {
            // Others may do it; where there are none, nobody ever would.
            if crew.threadIsMissing() { throw error }
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
                group.addTask { try await self.run { try work(item) } }
            }
            while let result = try await group.next() {
                if let item = remaining.next() {
                    group.addTask { try await self.run { try work(item) } }
                }
                try await receive(result)
            }
        }
    }
}

/// The threads of a pool and the jobs that wait for them. The threads hold it, and not the pool, so that the pool can end.
private final class Crew: Sendable {
    typealias Job = @Sendable () -> Void

    private struct State {
        var jobs = Queue<Job>()
        var threads = 0
        var busy = 0
        var isDismissed = false
    }

    private let state = Mutex(State())
    /// One signal for each job, and one for each thread when all are dismissed.
    private let signals = DispatchSemaphore(value: 0)

    /// Returns whether another thread has to be started for it.
    func add(_ job: @escaping Job, width: Int) -> Bool {
        defer { signals.signal() }
        return state.withLock { state in
            state.jobs.append(job)
            guard state.threads < width, state.threads < state.busy + state.jobs.count else { return false }
            state.threads += 1
            return true
        }
    }

    /// A thread could not be started. Returns whether there is none at all; the job that was added last is taken back then.
    func threadIsMissing() -> Bool {
        state.withLock { state in
            state.threads -= 1
            guard state.threads == 0 else { return false }
            _ = state.jobs.removeAll()
            return true
        }
    }

    /// One thread's life.
    func work() {
        while true {
            signals.wait()
            let (job, isDismissed) = state.withLock { state in
                let job = state.jobs.popFirst()
                if job != nil { state.busy += 1 }
                return (job, state.isDismissed)
            }
            if let job {
                job()
                state.withLock { $0.busy -= 1 }
            } else if isDismissed {
                return
            }
        }
    }

    /// No job comes any more: `run(_:)` holds the pool until its job is done.
    func dismiss() {
        let threads = state.withLock { state in
            state.isDismissed = true
            return state.threads
        }
        for _ in 0..<threads { signals.signal() }
    }
}

extension WorkerPool {
    /// Runs `work` for 0 ..< count on the pool's threads, side by side, and hands the results over in order, on the calling thread, which it
    /// blocks meanwhile. Never call it from one of the pool's own threads.
    ///
    /// At most ``width`` + 1 results and items are at hand: the next item begins when a result is taken. The first error by order, of `work`
    /// or of `receive`, is thrown once the jobs under way have ended; no other item begins then.
    public func inOrder<Result: Sendable>(
        _ count: Int, _ work: @escaping @Sendable (Int) throws -> Result, receive: (Int, Result) throws -> Void
    ) throws {
        let results = OrderedResults<Result>()
        var begun = 0
        func begin() throws {
            guard begun < count else { return }
            let index = begun
            try add { results.put(Swift.Result { try work(index) }, at: index) }
            begun += 1
        }
        var taken = 0
        do {
            for _ in 0...width { try begin() }
            while taken < count {
                let result = results.take(taken)
                taken += 1
                try receive(taken - 1, result.get())
                try begin()
            }
        } catch {
            while taken < begun {
                _ = results.take(taken)
                taken += 1
            }
            throw error
        }
    }
}

/// Results that come in any order and are taken in theirs.
private final class OrderedResults<Result: Sendable>: Sendable {
    private let results = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
    private let signal = DispatchSemaphore(value: 0)

    func put(_ result: Swift.Result<Result, any Error>, at index: Int) {
        results.withLock { $0[index] = result }
        signal.signal()
    }

    /// Waits for one. Signals of others are used up meanwhile, and are not needed again: what has come is looked for first.
    func take(_ index: Int) -> Swift.Result<Result, any Error> {
        while true {
            if let result = results.withLock({ $0.removeValue(forKey: index) }) { return result }
            signal.wait()
        }
    }
}
