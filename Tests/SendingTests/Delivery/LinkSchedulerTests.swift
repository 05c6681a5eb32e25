import Basics
import Concurrency
import Foundation
import Synchronization
import Testing

@testable import Sending

@Suite struct LinkSchedulerTests {
    private let lockPath = NSTemporaryDirectory() + "veilray-urgency-\(UUID().uuidString).lock"

    private func isHeldBack(_ scheduler: LinkScheduler, _ member: Int) async throws -> Bool {
        let task = Task { try await scheduler.turn(member, byteCount: 1000) }
        let passed = Mutex(false)
        Task {
            try? await task.value
            passed.withLock { $0 = !task.isCancelled }
        }
        try await Task.sleep(for: .milliseconds(120))
        let isHeldBack = passed.withLock { !$0 }
        task.cancel()
        return isHeldBack
    }

    @Test func urgentStudiesGoFirst() async throws {
        let scheduler = LinkScheduler(urgencyLockPath: lockPath)
        let routine = await scheduler.join(.routine, peer: "lee")
        let urgent = await scheduler.join(.stat, peer: "lee")
        await scheduler.setIdle(routine, false)
        #expect(try await !isHeldBack(scheduler, routine), "the urgent one has nothing to send yet")
        await scheduler.setIdle(urgent, false)
        #expect(try await isHeldBack(scheduler, routine))
        #expect(try await !isHeldBack(scheduler, urgent))
        await scheduler.leave(urgent)
        #expect(try await !isHeldBack(scheduler, routine))
    }

    /// Two schedulers stand for two processes: only the lock connects them.
    @Test func urgentStudiesOfOtherProcessesGoFirst() async throws {
        defer { unlink(lockPath) }
        let (here, there) = (LinkScheduler(urgencyLockPath: lockPath), LinkScheduler(urgencyLockPath: lockPath))
        let routine = await here.join(.routine, peer: "lee")
        await here.setIdle(routine, false)
        let urgent = await there.join(.stat, peer: "lee")
        await there.setIdle(urgent, false)
        #expect(try await isHeldBack(here, routine))
        await there.leave(urgent)
        try await Task.sleep(for: .milliseconds(600))
        #expect(try await !isHeldBack(here, routine))
    }

    @Test func nobodyGetsFarAheadOfAnEqual() async throws {
        let scheduler = LinkScheduler(urgencyLockPath: lockPath)
        let (first, second) = (await scheduler.join(.routine, peer: "lee"), await scheduler.join(.routine, peer: "lee"))
        await scheduler.setIdle(first, false)
        await scheduler.setIdle(second, false)
        try await scheduler.turn(second, byteCount: 1)
        try await scheduler.turn(first, byteCount: 2 << 20)
        #expect(try await isHeldBack(scheduler, first))
        try await scheduler.turn(second, byteCount: 2 << 20)
        #expect(try await !isHeldBack(scheduler, first))
    }

    /// A fast receiver's study does not wait for a slow one's.
    @Test func onlyThoseOfOneReceiverAreCompared() async throws {
        let scheduler = LinkScheduler(urgencyLockPath: lockPath)
        let (first, second) = (await scheduler.join(.routine, peer: "lee"), await scheduler.join(.routine, peer: "kim"))
        await scheduler.setIdle(first, false)
        await scheduler.setIdle(second, false)
        try await scheduler.turn(second, byteCount: 1)
        try await scheduler.turn(first, byteCount: 2 << 20)
        #expect(try await !isHeldBack(scheduler, first))
    }

    @Test func aStudyMayBecomeUrgentWhileItIsSent() async throws {
        defer { unlink(lockPath) }
        let scheduler = LinkScheduler(urgencyLockPath: lockPath)
        let (first, second) = (await scheduler.join(.routine, peer: "lee"), await scheduler.join(.routine, peer: "lee"))
        await scheduler.setIdle(first, false)
        await scheduler.setIdle(second, false)
        await scheduler.setPriority(second, .stat)
        #expect(try await isHeldBack(scheduler, first))
        #expect(try await !isHeldBack(scheduler, second))
    }

    @Test func whoStallsIsNotWaitedFor() async throws {
        let scheduler = LinkScheduler(urgencyLockPath: lockPath)
        let (first, second) = (await scheduler.join(.routine, peer: "lee"), await scheduler.join(.routine, peer: "lee"))
        await scheduler.setIdle(first, false)
        await scheduler.setIdle(second, false)
        try await scheduler.turn(second, byteCount: 1)
        try await scheduler.turn(first, byteCount: 2 << 20)
        let start = ContinuousClock.now
        try await scheduler.turn(first, byteCount: 1)
        #expect((.milliseconds(500)...(.seconds(5))).contains(ContinuousClock.now - start))
    }

    @Test func slotsGoToTheUrgentFirst() async throws {
        let slots = PrioritySemaphore(count: 1)
        let order = Order()
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (start, begun) = AsyncStream.makeStream(of: Void.self)
            group.addTask {
                try await slots.withPlace(.routine) {
                    begun.finish()
                    try await Task.sleep(for: .milliseconds(200))
                    order.append("first")
                }
            }
            for await _ in start {}
            for (name, priority) in [("routine", Priority.routine), ("stat", .stat)] {
                group.addTask { try await slots.withPlace(priority.placeKind) { order.append(name) } }
                try await Task.sleep(for: .milliseconds(30))
            }
            try await group.waitForAll()
        }
        #expect(order.names == ["first", "stat", "routine"])
    }

    /// Neither studies that cannot go nor a long queue of new ones keep the others out.
    @Test func thoseThatCameBeforeTakeTurnsWithNewOnes() async throws {
        let slots = PrioritySemaphore(count: 1)
        let order = Order()
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (start, begun) = AsyncStream.makeStream(of: Void.self)
            group.addTask {
                try await slots.withPlace(.routine) {
                    begun.finish()
                    try await Task.sleep(for: .milliseconds(400))
                }
            }
            for await _ in start {}
            for (name, isAgain) in [("again 1", true), ("again 2", true), ("new 1", false), ("new 2", false)] {
                group.addTask { try await slots.withPlace(isAgain ? .again : .routine) { order.append(name) } }
                try await Task.sleep(for: .milliseconds(30))
            }
            try await group.waitForAll()
        }
        #expect(order.names == ["again 1", "new 1", "again 2", "new 2"])
    }

    @Test func aCancelledWaitTakesNoSlot() async throws {
        let slots = PrioritySemaphore(count: 1)
        let holder = Task { try await slots.withPlace(.routine) { try await Task.sleep(for: .milliseconds(150)) } }
        try await Task.sleep(for: .milliseconds(20))
        let waiting = Task { try await slots.withPlace(.urgent) {} }
        try await Task.sleep(for: .milliseconds(20))
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        try await holder.value
        try await slots.withPlace(.routine) {}
    }
}

/// Who got a place, in turn.
private final class Order: Sendable {
    private let state = Mutex<[String]>([])
    var names: [String] { state.withLock { $0 } }
    func append(_ name: String) { state.withLock { $0.append(name) } }
}
