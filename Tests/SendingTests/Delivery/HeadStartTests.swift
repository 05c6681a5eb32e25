import Basics
import Protocol
import SecureChannel
import Synchronization
import TestSupport
import Testing

@testable import Sending

/// Connections begun early, where none comes about; with real ones every end-to-end test of `study` begins.
@Suite struct HeadStartTests {
    private struct Unreachable: Error {}

    private func target(_ port: UInt16 = 7717) throws -> HeadStart.Target {
        try HeadStart.Target(peer: Identity.create(name: PeerName("radiologist")).fingerprint, address: PeerAddress("127.0.0.1:\(port)"))
    }

    @Test func withoutABeginningThereIsNothingToTake() async throws {
        #expect(try await HeadStart().take(target()) == nil)
    }

    @Test func onlyTheSameReceiverTakesIt() async throws {
        let headStart = HeadStart(clock: ManualClock())
        let (here, there) = (try target(), try target())
        headStart.connect(here) { throw Unreachable() }
        #expect(try await headStart.take(there) == nil)
        await #expect(throws: Unreachable.self) { try await headStart.take(here) }
        #expect(try await headStart.take(here) == nil, "the next attempt connects by itself")
    }

    /// Reading a large study takes minutes: a receiver that was away when it began may be there by now.
    @Test func anOldFailureIsForgotten() async throws {
        let clock = ManualClock()
        let headStart = HeadStart(clock: clock)
        let target = try target()
        headStart.connect(target) { throw Unreachable() }
        await headStart.ended()
        clock.advance(by: .seconds(5))
        #expect(try await headStart.take(target) == nil)
    }

    @Test(.timeLimit(.minutes(1))) func whatNobodyTookEndsWithItsScope() async throws {
        let headStart = HeadStart()
        let isCancelled = Mutex(false)
        headStart.connect(try target()) {
            do {
                try await Task.sleep(for: .seconds(3600))
            } catch {
                isCancelled.withLock { $0 = true }
            }
            throw Unreachable()
        }
        await #expect(throws: CancellationError.self) {
            try await headStart.abandonedAfterwards { throw CancellationError() }
        }
        #expect(isCancelled.withLock { $0 })
    }
}
