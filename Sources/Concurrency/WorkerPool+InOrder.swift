import Dispatch
import Synchronization

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
