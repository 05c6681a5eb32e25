import Dispatch
import Foundation
import Synchronization

/// Has many files synced at once. The file system commits what waits together, so that thirty files take little longer than three.
enum ParallelSync {
    private static let width = 16

    /// Runs `body` for every index below `count`, on up to 16 threads that may all block; returns when all have returned.
    static func forEach(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        guard count > 1 else {
            if count == 1 { body(0) }
            return
        }
        let next = Counter()
        let group = DispatchGroup()
        for _ in 0..<min(width, count) {
            group.enter()
            Thread.detachNewThread {
                while let index = next.next(below: count) { body(index) }
                group.leave()
            }
        }
        group.wait()
    }

    private final class Counter: Sendable {
        private let value = Atomic(0)

        func next(below limit: Int) -> Int? {
            let index = value.add(1, ordering: .relaxed).oldValue
            return index < limit ? index : nil
        }
    }
}
