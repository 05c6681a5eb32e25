import Basics
import Protocol
import SecureChannel
import Synchronization
import TestSupport
import Testing

@testable import Sending

/// Connections begun early, where none comes about; with real ones every end-to-end test of `study` begins.
@Suite struct EarlyConnectionTests {
    private struct Unreachable: Error {}

    private func target(_ port: UInt16 = 7717) throws -> EarlyConnection.Target {
        let peer = try Identity.create(name: PeerName("radiologist")).fingerprint
        return EarlyConnection.Target(peer: peer, address: try PeerAddress("127.0.0.1:\(port)"))
    }

    @Test func withoutABeginningThereIsNothingToTake() async throws {
        #expect(try await EarlyConnection().take(target()) == nil)
    }

    @Test func onlyTheSameReceiverTakesIt() async throws {
        let earlyConnection = EarlyConnection(clock: ManualClock())
        let (here, there) = (try target(), try target())
        earlyConnection.connect(here) { throw Unreachable() }
        #expect(try await earlyConnection.take(there) == nil)
        await #expect(throws: Unreachable.self) { try await earlyConnection.take(here) }
        #expect(try await earlyConnection.take(here) == nil, "the next attempt connects by itself")
    }

    /// Reading a large study takes minutes: a receiver that was away when it began may be there by now.
    @Test func anOldFailureIsForgotten() async throws {
        let clock = ManualClock()
        let earlyConnection = EarlyConnection(clock: clock)
        let target = try target()
        earlyConnection.connect(target) { throw Unreachable() }
        await earlyConnection.ended()
        clock.advance(by: .seconds(5))
        #expect(try await earlyConnection.take(target) == nil)
    }

    @Test(.timeLimit(.minutes(1))) func whatNobodyTookEndsWithItsScope() async throws {
        let earlyConnection = EarlyConnection()
        let isCancelled = Mutex(false)
        earlyConnection.connect(try target()) {
            do {
                try await Task.sleep(for: .seconds(3600))
            } catch {
                isCancelled.withLock { $0 = true }
            }
            throw Unreachable()
        }
        await #expect(throws: CancellationError.self) {
            try await earlyConnection.abandonedAfterwards { throw CancellationError() }
        }
        #expect(isCancelled.withLock { $0 })
    }
}
