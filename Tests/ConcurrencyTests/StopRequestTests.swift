import Basics
import Foundation
import Synchronization
import Testing

@testable import Concurrency

@Suite(.timeLimit(.minutes(1))) struct StopRequestTests {
    private struct Failure: Error {}

    private final class Flag: Sendable {
        private let state = Mutex(false)
        func raise() { state.withLock { $0 = true } }
        var isRaised: Bool { state.withLock { $0 } }
    }

    @Test func everyoneWhoWaitsGoesOn() async {
        let stop = StopRequest()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { await stop.wait() } }
            group.addTask { stop.request() }
        }
        // It stays requested, and may be requested again.
        stop.request()
        await stop.wait()
    }

    @Test func cancellationEndsAWait() async {
        let stop = StopRequest()
        let before = Task { await stop.wait() }
        await Task.yield()
        before.cancel()
        await before.value
        let after = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            await stop.wait()
        }
        await after.value
    }

    @Test func cancellationAndRequestAtOnce() async {
        for _ in 0..<200 {
            let stop = StopRequest()
            let waiting = Task { await stop.wait() }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { waiting.cancel() }
                group.addTask { stop.request() }
            }
            await waiting.value
        }
    }

    @Test func theFirstOfBodyAndStop() async throws {
        let stop = StopRequest()
        #expect(try await stop.first(orElse: { 7 }) == 7)
        #expect(try await stop.first(orElse: { Int?.none }) == nil)
        await #expect(throws: Failure.self) { try await stop.first { () -> Int? in throw Failure() } }

        let wasCancelled = Flag()
        async let result = stop.first { () -> Int? in
            do { try await Task.sleep(for: .seconds(60)) } catch { wasCancelled.raise() }
            return 7
        }
        stop.request()
        #expect(try await result == nil)
        // The body may not even have begun to sleep, and ends early all the same.
        #expect(wasCancelled.isRaised)
    }
}
