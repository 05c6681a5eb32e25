import Basics
import Concurrency
import Foundation
import GRDB
import Protocol
import Synchronization
import TestSupport
import Testing

@testable import Sending

/// Many studies and few places. Nobody listens where they are to go, so each attempt fails at once.
@Suite struct OutboxDrainTests {
    private let site: ExampleHome
    private let resources: DeliveryResources
    private let clock = ManualClock()
    private var outbox: Outbox { resources.outbox }

    init() throws {
        site = try ExampleHome()
        resources = try site.resources(clock: clock)
    }

    private func take(_ name: String, _ priority: Priority = .routine) async throws -> OutboxStudy {
        let order = try site.order([name], priority: priority, address: "127.0.0.1:1")
        return try await outbox.enqueue(order, signedBy: site.identity).study
    }

    private func tried() async throws -> Set<TransferID> {
        try await outbox.database.read {
            try TransferID.fetchSet($0, sql: "SELECT transferID FROM study WHERE lastError IS NOT NULL")
        }
    }

    /// Lets time pass until something is true, a day at most.
    private func waitUntil(_ condition: () async throws -> Bool) async throws -> Bool {
        while clock.elapsed < .seconds(86_400) {
            if try await condition() { return true }
            // What computes gets on meanwhile: time passes for those who wait for it only.
            await clock.letPass(.seconds(1))
        }
        return false
    }

    private func running<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        let drain = OutboxDrain(resources: resources, patience: nil, source: nil)
        let service = Task { try await drain.forever() }
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        service.cancel()
        await #expect(throws: CancellationError.self) { try await service.value }
        return try result.get()
    }

    /// More studies that cannot go than there are places keep none of the others from being tried, and no lock is held meanwhile.
    @Test(.timeLimit(.minutes(2))) func whatCannotGoKeepsNobodyOut() async throws {
        var studies: Set<TransferID> = []
        for number in 0..<3 * DeliveryResources.routineStudies { studies.insert(try await take("\(number)").transferID) }
        let all = studies
        try await running {
            #expect(try await waitUntil { try await tried() == all })
            var isSomeFree = false
            for study in all {
                let isFree = try await !outbox.isBeingDelivered(study)
                isSomeFree = isSomeFree || isFree
            }
            #expect(isSomeFree)
            let late = try await take("late")
            #expect(try await waitUntil { try await tried().contains(late.transferID) })
        }
    }

    /// One study's trouble with its lock is neither the others' nor its own for ever.
    @Test(.timeLimit(.minutes(2))) func aLockThatCannotBeTakenIsTriedAgain() async throws {
        var studies: [TransferID] = []
        for name in ["a", "b", "c"] { studies.append(try await take(name).transferID) }
        let obstacle = "\(outbox.folder)/\(studies[1]).lock"
        unlink(obstacle)
        try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: true)
        let others: Set = [studies[0], studies[2]]
        try await running {
            #expect(try await waitUntil { try await tried().isSuperset(of: others) })
            #expect(try await tried() == others)
            try FileManager.default.removeItem(atPath: obstacle)
            #expect(try await waitUntil { try await tried().contains(studies[1]) })
        }
    }

    @Test(.timeLimit(.minutes(2))) func onceTriesEachOnce() async throws {
        for number in 0..<2 * DeliveryResources.routineStudies { _ = try await take("\(number)", number == 0 ? .stat : .routine) }
        try await OutboxDrain(resources: resources, patience: .zero, source: nil).once()
        #expect(try await tried().count == 2 * DeliveryResources.routineStudies)
        #expect(resources.figures.counts.attempts == 2 * DeliveryResources.routineStudies)
    }

    // MARK: Places

    /// Somebody orders a study again as an urgent one while it waits for a place.
    @Test(.timeLimit(.minutes(1))) func whatBecomesUrgentWaitsNoLonger() async throws {
        let blockers = (0..<DeliveryResources.routineStudies).map { _ in
            Task { try await resources.routinePlaces.withPlace(.routine) { try await Task.sleep(for: .seconds(3600)) } }
        }
        while await resources.routinePlaces.free > 0 { await Task.yield() }
        let study = try await take("a")
        let isThere = Mutex(false)
        let waiting = Task {
            try await resources.inPlace(study.transferID, isAgain: false) { isThere.withLock { $0 = true } }
        }
        while await resources.routinePlaces.waitingCount == 0 { await Task.yield() }
        #expect(isThere.withLock { !$0 })
        _ = try await take("a", .stat)
        #expect(try await waitUntil { isThere.withLock { $0 } })
        try await waiting.value
        for blocker in blockers { blocker.cancel() }
    }

    /// While everything is sealing, reading a sealed file does not wait for it.
    @Test(.timeLimit(.minutes(1))) func readingDoesNotWaitForSealing() async throws {
        let (sealing, isSealing) = AsyncStream.makeStream(of: Void.self)
        let isRead = DispatchSemaphore(value: 0)
        let count = 2 * WorkerPool.processorCount
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<count {
                group.addTask {
                    try await resources.pool.run {
                        isSealing.yield()
                        isRead.wait()
                    }
                }
            }
            for await _ in sealing.prefix(WorkerPool.processorCount) {}
            try await resources.disk.run {}
            for _ in 0..<count { isRead.signal() }
        }
    }
}
