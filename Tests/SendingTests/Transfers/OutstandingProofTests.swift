import Basics
import Foundation
import Testing

@testable import Protocol
@testable import Sending

/// Stego files that are sent while they are being proven.
@Suite(.timeLimit(.minutes(1))) struct OutstandingProofTests {
    private let site: ExampleHome
    private let terms = SealingTerms(codecs: [.j2k, .none], keepsStego: false)

    init() throws { site = try ExampleHome() }

    private func file(_ position: Int, isProven: Bool = false) -> SealedFile { .example("stego \(position)", isProven: isProven) }

    /// Files that are sealed and in the spool; the first one's proof is outstanding.
    private func transfer(_ count: Int) async throws -> Transfer {
        let transfer = try await site.transfer(Array(repeating: .planned, count: count))
        for index in 0..<count {
            #expect(try await transfer.nextToSeal() == index)
            #expect(try transfer.store(Array("stego \(index)".utf8), index))
            try await transfer.sealed(index, file(index, isProven: index > 0))
        }
        return transfer
    }

    private func journal(_ transfer: Transfer) async throws -> OutboxInstance {
        try await Outbox(home: site.home).instances(of: transfer.study.transferID)[0]
    }

    /// Its end, waiting for the proof, and whether it waits.
    private func end(_ transfer: Transfer) async throws -> (end: Task<[UInt8], any Error>, waiting: AsyncStream<Bool>) {
        let (waiting, told) = AsyncStream.makeStream(of: Bool.self)
        let large = try await transfer.largeInstance(0, file(0).digest, offset: 0) { told.yield($0) }
        let (header, bytes) = try #require(large)
        #expect(header.byteCount == 7 && header.digest == file(0).digest)
        #expect(try await bytes.chunk(0..<6) == Array("stego ".utf8), "nothing but the end waits")
        return (Task { try await bytes.chunk(6..<7) }, waiting)
    }

    @Test func theEndWaitsForTheProof() async throws {
        let transfer = try await transfer(1)
        try await transfer.opened(.empty, terms)
        #expect(try await transfer.nextStep() == .send(0, digest: file(0).digest, offset: 0))
        try await transfer.sending(0)
        let (end, waiting) = try await end(transfer)
        var told = waiting.makeAsyncIterator()
        #expect(await told.next() == true)
        // The proof of a file that was there before is none of this one.
        try await transfer.proven(0, ContentDigest(of: []))
        #expect(try await journal(transfer).proof == .outstanding)
        try await transfer.proven(0, file(0).digest)
        #expect(try await end.value == Array("0".utf8))
        #expect(await told.next() == false)
        let row = try await journal(transfer)
        #expect(row.state == .sending && row.proof == nil)
        // Of a small file that is proven nothing waits, and it is in memory as others are.
        #expect(try await transfer.largeInstance(0, file(0).digest, offset: 0) { _ in } == nil)
        #expect(try await transfer.sealedInstance(0, file(0).digest, offset: 0)?.bytes == Array("stego 0".utf8))
    }

    @Test func whatIsNotExactIsSealedAnew() async throws {
        let transfer = try await transfer(1)
        try await transfer.opened(.empty, terms)
        _ = try await transfer.nextStep()
        try await transfer.sending(0)
        let (end, waiting) = try await end(transfer)
        var told = waiting.makeAsyncIterator()
        #expect(await told.next() == true)
        try await transfer.refuted(0, file(0).digest)
        await #expect(throws: EndWithheld.self) { try await end.value }
        let row = try await journal(transfer)
        #expect(row.state == .planned && row.proof == .failed && row.sealedDigest == nil)
        #expect(await !transfer.mayProveLater(0))
        // Whoever finds out later that it is not there any more changes nothing.
        try await transfer.sealAnew(0)
        #expect(try await transfer.nextToSeal() == 0)
        try await transfer.sealed(0, file(5, isProven: true))
        // The receiver has the beginning of the one before.
        try await transfer.opened(StudyStanding([0: .partial(receivedBytes: 6, digest: file(0).digest)]), terms)
        #expect(try await transfer.nextStep() == .send(0, digest: file(5).digest, offset: 0))
    }

    @Test func waitingEndsWithItsTask() async throws {
        let transfer = try await transfer(1)
        let (end, waiting) = try await end(transfer)
        var told = waiting.makeAsyncIterator()
        #expect(await told.next() == true)
        end.cancel()
        await #expect(throws: CancellationError.self) { try await end.value }
    }

    /// The next session need not wait for the proof.
    @Test func nobodyWaitsForASessionThatIsOver() async throws {
        let transfer = try await transfer(1)
        try await transfer.opened(.empty, terms)
        let (end, waiting) = try await end(transfer)
        var told = waiting.makeAsyncIterator()
        #expect(await told.next() == true)
        await transfer.sessionEnded()
        await #expect(throws: EndWithheld.self) { try await end.value }
        #expect(try await journal(transfer).proof == .outstanding)
        try await transfer.opened(StudyStanding([0: .partial(receivedBytes: 6, digest: file(0).digest)]), terms)
        #expect(try await transfer.nextStep() == .send(0, digest: file(0).digest, offset: 6))
        let (another, alsoWaiting) = try await self.end(transfer)
        var toldAgain = alsoWaiting.makeAsyncIterator()
        #expect(await toldAgain.next() == true)
        try await transfer.proven(0, file(0).digest)
        #expect(try await another.value == Array("0".utf8))
    }

    /// The link does not stand still for a proof while something else can be sent.
    @Test func othersGoFirst() async throws {
        let transfer = try await transfer(3)
        #expect(await transfer.takeEarlyFiles(.max).map(\.index) == [1, 2], "what travels with the greeting is proven")
        try await transfer.opened(.empty, terms)
        #expect(try await transfer.nextStep() == .send(1, digest: file(1).digest, offset: 0))
        await transfer.sent(1)
        try await transfer.proven(0, file(0).digest)
        #expect(try await transfer.nextStep() == .send(0, digest: file(0).digest, offset: 0), "it is its turn since it is proven")
        await transfer.sent(0)
        #expect(try await transfer.nextStep() == .send(2, digest: file(2).digest, offset: 0))
        await transfer.sent(2)
        #expect(try await transfer.nextStep() == nil)
    }

    /// After a kill: the journal knows of it, and of where the receiver is.
    @Test func outlivesTheProcess() async throws {
        let first = try await transfer(1)
        try await first.sending(0)
        let outbox = try Outbox(home: site.home)
        let study = try #require(try await outbox.study(first.study.transferID))
        let again = try await site.resources().transfer(study)
        try await again.begin()
        #expect(await again.isUnproven(0, file(0).digest) && again.unprovenFile(0, file(0).digest) != nil)
        try await again.opened(StudyStanding([0: .partial(receivedBytes: 3, digest: file(0).digest)]), terms)
        #expect(try await again.nextStep() == .send(0, digest: file(0).digest, offset: 3))
        let (end, waiting) = try await end(again)
        var told = waiting.makeAsyncIterator()
        #expect(await told.next() == true)
        try await again.proven(0, file(0).digest)
        #expect(try await end.value == Array("0".utf8))
    }
}
