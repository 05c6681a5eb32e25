import Synchronization
import Testing

@testable import Receiver

@Suite struct WorkSlotsTests {
    private final class Record: Sendable {
        private let state = Mutex((now: 0, most: 0, order: [Int]()))

        func enter(_ number: Int) {
            state.withLock { state in
                state.now += 1
                state.most = max(state.most, state.now)
                state.order.append(number)
            }
        }

        func leave() { state.withLock { $0.now -= 1 } }
        var now: Int { state.withLock { $0.now } }
        var most: Int { state.withLock { $0.most } }
        var order: [Int] { state.withLock { $0.order } }
    }

    @Test func neverMoreThanThereAre() async {
        let slots = WorkSlots(count: 3)
        let record = Record()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask {
                    await slots.take()
                    record.enter(number)
                    await Task.yield()
                    record.leave()
                    await slots.giveBack()
                }
            }
        }
        #expect(record.now == 0)
        #expect((1...3).contains(record.most))
        // All of them are free again.
        for _ in 0..<3 { await slots.take() }
    }

    @Test func firstComeFirstServed() async throws {
        let slots = WorkSlots(count: 1)
        await slots.take()
        let record = Record()
        var waiting: [Task<Void, Never>] = []
        for number in 1...5 {
            waiting.append(
                Task {
                    await slots.take()
                    record.enter(number)
                    await slots.giveBack()
                })
            // Long enough that each is waiting before the next comes.
            try await Task.sleep(for: .milliseconds(20))
        }
        await slots.giveBack()
        for task in waiting { await task.value }
        #expect(record.order == [1, 2, 3, 4, 5])
    }
}
