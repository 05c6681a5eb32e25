import Synchronization
import Testing

@testable import Concurrency

/// Work that is done side by side and handed over in order, to a thread that waits for it.
@Suite struct InOrderTests {
    private struct Failed: Error, Equatable { let index: Int }

    @Test(arguments: [0, 1, 3, 40], [1, 3])
    func handsOverInOrder(count: Int, width: Int) throws {
        let pool = WorkerPool(label: "test.order", width: width)
        var taken: [Int] = []
        try pool.inOrder(count) {
            $0 * 2
        } receive: { index, result in
            #expect(result == index * 2)
            taken.append(index)
        }
        #expect(taken == Array(0..<count))
    }

    /// No more is begun than the width and one.
    @Test func isBounded() throws {
        let pool = WorkerPool(label: "test.order", width: 2)
        let begun = Mutex(0)
        try pool.inOrder(30) { _ in
            begun.withLock { $0 += 1 }
        } receive: { index, _ in
            #expect(begun.withLock { $0 } <= index + 4)
        }
    }

    @Test func theFirstErrorIsThrown() {
        let pool = WorkerPool(label: "test.order", width: 3)
        let begun = Mutex(0)
        let error = #expect(throws: Failed.self) {
            try pool.inOrder(100) { index in
                begun.withLock { $0 += 1 }
                if index >= 5 { throw Failed(index: index) }
            } receive: { _, _ in
            }
        }
        #expect(error == Failed(index: 5) && begun.withLock { $0 } < 20)
    }
}
