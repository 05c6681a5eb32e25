import Basics
import Protocol
import Synchronization
import Testing

@testable import Receiving

@Suite(.timeLimit(.minutes(1))) struct StudyClaimsTests {
    private func digest(_ byte: UInt8) -> ContentDigest { ContentDigest(of: [byte]) }

    @Test func senderThatComesAgainTakesOver() async throws {
        let (claims, transfer) = (StudyClaims(), TransferID())
        let (asked, signal) = AsyncStream.makeStream(of: Void.self)
        let first = try await claims.claim(transfer, manifest: digest(1)) { signal.finish() }
        let second = Task { try await claims.claim(transfer, manifest: digest(1)) {} }
        for await _ in asked {}
        await claims.release(transfer, first)
        let number = try await second.value
        #expect(number != first)
        // What the first one does late changes nothing.
        await claims.release(transfer, first)
        await claims.release(transfer, number)
    }

    @Test func anotherManifestDisturbsNobody() async throws {
        let (claims, transfer) = (StudyClaims(), TransferID())
        let isAsked = Mutex(false)
        let claim = try await claims.claim(transfer, manifest: digest(1)) { isAsked.withLock { $0 = true } }
        await #expect(throws: TransferConflict.self) { try await claims.claim(transfer, manifest: digest(2)) {} }
        #expect(!isAsked.withLock { $0 })
        await claims.release(transfer, claim)
        _ = try await claims.claim(transfer, manifest: digest(2)) {}
    }
}
