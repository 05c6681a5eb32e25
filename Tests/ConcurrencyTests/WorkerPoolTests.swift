import Foundation
import Synchronization
import Testing

@testable import Concurrency

@Suite struct WorkerPoolTests {
    private struct Failure: Error {}

    /// How many are at it, and how many were at most.
    private final class Gauge: Sendable {
        private let state = Mutex((present: 0, most: 0, total: 0))

        func enter() {
            state.withLock { state in
                state.present += 1
                state.total += 1
                state.most = max(state.most, state.present)
            }
        }

        func leave() { state.withLock { $0.present -= 1 } }
        var most: Int { state.withLock { $0.most } }
        var total: Int { state.withLock { $0.total } }
    }

    @Test(arguments: [1, 2, 5]) func everyItemOnceAndNeverMoreThanTheWidth(_ width: Int) async throws {
        let gauge = Gauge()
        var results: Set<Int> = []
        try await WorkerPool(label: "test", width: width).forEach(0..<100) { number in
            gauge.enter()
            defer { gauge.leave() }
            usleep(500)
            return number * 2
        } receive: { result in
            #expect(results.insert(result).inserted)
        }
        #expect(results == Set((0..<100).map { $0 * 2 }))
        #expect(gauge.most <= width)
    }

    @Test func resultsComeAsTheyAreReady() async throws {
        var order: [Int] = []
        let quickOne = Gauge()
        try await WorkerPool(label: "test", width: 2).forEach([1, 2]) { number in
            if number == 1 { while quickOne.total == 0 { usleep(100) } }
            return number
        } receive: { number in
            order.append(number)
            quickOne.enter()
        }
        #expect(order == [2, 1])
    }

    @Test func aSlowConsumerHoldsTheWorkBack() async throws {
        let gauge = Gauge()
        try await WorkerPool(label: "test", width: 2).forEach(0..<30) { _ in
            gauge.enter()
        } receive: { _ in
            try await Task.sleep(for: .milliseconds(2))
            gauge.leave()
        }
        #expect(gauge.most <= 4)
    }

    @Test func anErrorOfTheWorkEndsIt() async throws {
        let gauge = Gauge()
        await #expect(throws: Failure.self) {
            try await WorkerPool(label: "test", width: 2).forEach(0..<1000) { number in
                gauge.enter()
                if number == 3 { throw Failure() }
                // The failing thread may lose its processor for a while: the others must not be through by then.
                usleep(1000)
            } receive: { _ in
            }
        }
        #expect(gauge.total < 1000)
    }

    @Test func anErrorOfTheConsumerEndsIt() async throws {
        let gauge = Gauge()
        await #expect(throws: Failure.self) {
            try await WorkerPool(label: "test", width: 2).forEach(0..<1000) { _ in
                gauge.enter()
            } receive: { _ in
                throw Failure()
            }
        }
        #expect(gauge.total <= 3)
    }

    @Test func workBlocksNoCooperativeThread() async throws {
        // More than there are cooperative threads: one a processor.
        let count = 2 * WorkerPool.processorCount
        let pool = WorkerPool(label: "test", width: count)
        let release = Gauge()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask { try await pool.run { while release.total == 0 { usleep(100) } } }
            }
            // Runs although they all wait.
            group.addTask { release.enter() }
            try await group.waitForAll()
        }
    }

    @Test func noItems() async throws {
        try await WorkerPool(label: "test").forEach([Int]()) {
            $0
        } receive: { _ in
            Issue.record("nothing was to be done")
        }
    }

    @Test func atLeastOneWorker() async throws {
        #expect(WorkerPool(label: "test", width: 0).width == 1)
        #expect(try await WorkerPool(label: "test", width: -3).run { 7 } == 7)
    }
}
