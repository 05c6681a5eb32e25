import Basics
import Protocol
import Testing

@testable import Receiving

@Suite(.timeLimit(.minutes(1))) struct ActiveTransfersTests {
    private func digest(_ byte: UInt8) -> ContentDigest { ContentDigest(of: [byte]) }

    @Test func aSenderThatComesAgainTakesOver() async throws {
        let (active, transfer) = (ActiveTransfers(), TransferID())
        let first = try await active.enter(transfer, manifest: digest(1))
        #expect(active.isHeld(transfer))
        async let entered = active.enter(transfer, manifest: digest(1))
        await first.takeover.wait()
        await active.leave(transfer, first)
        let second = try await entered
        #expect(!second.takeover.isRequested)
        // What the first one does late changes nothing.
        await active.leave(transfer, first)
        #expect(active.isHeld(transfer))
        await active.leave(transfer, second)
        #expect(!active.isHeld(transfer))
    }

    @Test func anotherManifestDisturbsNobody() async throws {
        let (active, transfer) = (ActiveTransfers(), TransferID())
        let place = try await active.enter(transfer, manifest: digest(1))
        await #expect(throws: ReceivingError.transferConflict) { try await active.enter(transfer, manifest: digest(2)) }
        #expect(!place.takeover.isRequested)
        await active.leave(transfer, place)
        _ = try await active.enter(transfer, manifest: digest(2))
    }
}
