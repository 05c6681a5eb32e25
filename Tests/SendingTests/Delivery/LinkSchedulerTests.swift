import Basics
import Concurrency
import Foundation
import Protocol
import Synchronization
import TestSupport
import Testing

@testable import Sending

@Suite(.timeLimit(.minutes(1))) struct LinkSchedulerTests {
    private let lockPath = NSTemporaryDirectory() + "veilray-urgency-\(UUID().uuidString).lock"

    private let clock = ManualClock()

    private let lee: Fingerprint
    private let kim: Fingerprint

    init() throws {
        lee = try Identity.create(name: PeerName("Lee")).fingerprint
        kim = try Identity.create(name: PeerName("Kim")).fingerprint
    }

    private func scheduler() -> LinkScheduler { LinkScheduler(urgencyLockPath: lockPath, clock: clock) }

    /// Whether the member's next chunk does not pass at once: then the scheduler sleeps until it looks again.
    private func isHeldBack(_ scheduler: LinkScheduler, _ member: Int) async throws -> Bool {
        let turn = Task { try await scheduler.turn(member, byteCount: 1000) }
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                _ = await turn.result
                return false
            }
            group.addTask { [clock] in
                await clock.sleeper(for: Self.recheck)
                return true
            }
            let isHeldBack = await group.next() == true
            turn.cancel()
            group.cancelAll()
            return isHeldBack
        }
    }

    private static let recheck = Duration.milliseconds(250)

    @Test func urgentStudiesGoFirst() async throws {
        let scheduler = scheduler()
        let routine = await scheduler.join(.routine, peer: lee)
        let urgent = await scheduler.join(.stat, peer: lee)
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
        let (here, there) = (scheduler(), scheduler())
        let routine = await here.join(.routine, peer: lee)
        await here.setIdle(routine, false)
        let urgent = await there.join(.stat, peer: lee)
        await there.setIdle(urgent, false)
        #expect(try await isHeldBack(here, routine))
        await there.leave(urgent)
        clock.advance(by: .milliseconds(500))
        #expect(try await !isHeldBack(here, routine))
    }

    @Test func nobodyGetsFarAheadOfAnEqual() async throws {
        let scheduler = scheduler()
        let (first, second) = (await scheduler.join(.routine, peer: lee), await scheduler.join(.routine, peer: lee))
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
        let scheduler = scheduler()
        let (first, second) = (await scheduler.join(.routine, peer: lee), await scheduler.join(.routine, peer: kim))
        await scheduler.setIdle(first, false)
        await scheduler.setIdle(second, false)
        try await scheduler.turn(second, byteCount: 1)
        try await scheduler.turn(first, byteCount: 2 << 20)
        #expect(try await !isHeldBack(scheduler, first))
    }

    @Test func aStudyMayBecomeUrgentWhileItIsSent() async throws {
        defer { unlink(lockPath) }
        let scheduler = scheduler()
        let (first, second) = (await scheduler.join(.routine, peer: lee), await scheduler.join(.routine, peer: lee))
        await scheduler.setIdle(first, false)
        await scheduler.setIdle(second, false)
        await scheduler.setPriority(second, .stat)
        #expect(try await isHeldBack(scheduler, first))
        #expect(try await !isHeldBack(scheduler, second))
    }

    @Test func whoStallsIsNotWaitedFor() async throws {
        let scheduler = scheduler()
        let (first, second) = (await scheduler.join(.routine, peer: lee), await scheduler.join(.routine, peer: lee))
        await scheduler.setIdle(first, false)
        await scheduler.setIdle(second, false)
        try await scheduler.turn(second, byteCount: 1)
        try await scheduler.turn(first, byteCount: 2 << 20)
        let waiting = Task { try await scheduler.turn(first, byteCount: 1) }
        for _ in 0..<4 { await clock.pass(Self.recheck) }
        try await waiting.value
        #expect(clock.elapsed == .seconds(1))
    }

    /// Takes the only place, has these wait for it one after the other, and returns the order in which they got it.
    private func order(of waiters: [(name: String, kind: PrioritySemaphore.Kind)]) async throws -> [String] {
        let slots = PrioritySemaphore(count: 1)
        let order = Order()
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (start, begun) = AsyncStream.makeStream(of: Void.self)
            let (end, ending) = AsyncStream.makeStream(of: Void.self)
            group.addTask {
                try await slots.withPlace(.routine) {
                    begun.finish()
                    for await _ in end {}
                }
            }
            for await _ in start {}
            for (number, waiter) in waiters.enumerated() {
                group.addTask { try await slots.withPlace(waiter.kind) { order.append(waiter.name) } }
                while await slots.waitingCount <= number { await Task.yield() }
            }
            ending.finish()
            try await group.waitForAll()
        }
        return order.names
    }

    @Test func slotsGoToTheUrgentFirst() async throws {
        let order = try await order(of: [("routine", .routine), ("stat", .urgent)])
        #expect(order == ["stat", "routine"])
    }

    /// Neither studies that cannot go nor a long queue of new ones keep the others out.
    @Test func thoseThatCameBeforeTakeTurnsWithNewOnes() async throws {
        let order = try await order(of: [("again 1", .again), ("again 2", .again), ("new 1", .routine), ("new 2", .routine)])
        #expect(order == ["again 1", "new 1", "again 2", "new 2"])
    }

    @Test func aCancelledWaitTakesNoSlot() async throws {
        let slots = PrioritySemaphore(count: 1)
        try await slots.withPlace(.routine) {
            let waiting = Task { try await slots.withPlace(.urgent) {} }
            while await slots.waitingCount == 0 { await Task.yield() }
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
        }
        try await slots.withPlace(.routine) {}
    }
}

/// Who got a place, in turn.
private final class Order: Sendable {
    private let state = Mutex<[String]>([])
    var names: [String] { state.withLock { $0 } }
    func append(_ name: String) { state.withLock { $0.append(name) } }
}
