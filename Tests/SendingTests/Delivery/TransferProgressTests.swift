import Basics
import Foundation
import TestSupport
import Testing

@testable import Protocol
@testable import Sending

/// What is sealed, sent and answered in which order, over several sessions.
@Suite struct TransferProgressTests {
    private let terms = SealingTerms(codecs: [.j2k, .none], keepsStego: false)

    private func rows(_ states: [OutboxInstance.State]) throws -> [OutboxInstance] {
        try states.enumerated().map { position, state in
            var row = OutboxInstance(transferID: "t", position: position, try .example("\(position)"))
            row.state = state
            if [.sealed, .sending, .failed].contains(state) {
                let file = SealedFile.example("stego \(position)")
                (row.sealedBytes, row.sealedDigest, row.codec) = (file.byteCount, Data(file.digest.bytes), "j2k")
            }
            if state == .failed { (row.failure, row.failureKind) = ("full", .temporary) }
            if state == .withdrawn { row.failure = "gone" }
            return row
        }
    }

    private func progress(_ states: OutboxInstance.State...) throws -> TransferProgress { TransferProgress(try rows(states)) }

    private func digest(_ position: Int) -> ContentDigest { SealedFile.example("stego \(position)").digest }

    @Test func theFirstFilesTravelWithTheGreeting() async throws {
        let progress = TransferProgress(try rows([.planned, .planned, .planned]), isUntouchedSoFar: true)
        for index in 0..<3 {
            #expect(try await progress.nextToSeal() == index)
            await progress.sealed(index, .example("stego \(index)"))
        }
        #expect(await progress.takeFirstFlight(8).map(\.index) == [0, 1])
        await progress.flies([0, 1])
        // Whatever the greeting says: what has flown cannot be called back.
        await progress.beginSession(.empty, SealingTerms(codecs: [.j2k], keepsStego: true))
        #expect(try await progress.nextToSend() == .send(0, digest: digest(0), offset: 0))
        #expect(try await progress.nextToSend() == .send(1, digest: digest(1), offset: 0))
        #expect(try await progress.nextToSend() == .sealAnew(2))
        #expect(await progress.takeFirstFlight(8).isEmpty, "once")
    }

    /// Native pixels are for a fast link, and nothing for a receiver to keep.
    @Test(arguments: [true, false]) func nativeFilesAreKeptByNobodyUnasked(_ isAsked: Bool) async throws {
        let kept = SealingTerms(codecs: [.none, .j2k], keepsStego: true)
        func nativeFile() async throws -> TransferProgress {
            let progress = TransferProgress(try rows([.planned, .planned]), isUntouchedSoFar: true, mayKeepNative: isAsked)
            #expect(try await progress.nextToSeal() == 0)
            await progress.sealed(0, .example("stego 0", codec: .none, hasCapsule: true))
            return progress
        }
        var progress = try await nativeFile()
        #expect(await progress.takeFirstFlight(8).map(\.index) == (isAsked ? [0] : []))
        // Also where a session before had begun to send it to the same receiver, which kept nothing then.
        for standing in [StudyStanding.empty, StudyStanding([0: .partial(receivedBytes: 3, digest: digest(0))])] {
            progress = try await nativeFile()
            await progress.beginSession(standing, kept)
            let step = try await progress.nextToSend()
            if isAsked {
                #expect(step == .send(0, digest: digest(0), offset: standing[0] == nil ? 0 : 3))
            } else {
                #expect(step == .sealAnew(0))
            }
        }
        // A receiver that reads nothing else gets it all the same.
        progress = try await nativeFile()
        await progress.beginSession(.empty, SealingTerms(codecs: [.none], keepsStego: true))
        #expect(try await progress.nextToSend() == .send(0, digest: digest(0), offset: 0))
    }

    /// Files that travel with the greeting may be restored and receipted before the sender has come to them.
    @Test(.timeLimit(.minutes(1))) func receiptsMayBeFasterThanTheirFilesTurn() async throws {
        let progress = TransferProgress(try rows([.planned, .planned, .planned]), isUntouchedSoFar: true)
        for index in 0..<3 {
            #expect(try await progress.nextToSeal() == index)
            await progress.sealed(index, .example("stego \(index)"))
        }
        #expect(await progress.takeFirstFlight(.max).count == 3)
        await progress.flies([0, 1, 2])
        await progress.beginSession(.empty, terms)
        #expect(try await progress.nextToSend() == .send(0, digest: digest(0), offset: 0))
        for (index, outcome) in [nil, nil, InstanceOutcome.failed(InstanceFailure(.tampered, ""))].enumerated() {
            await progress.received(try receipt(index, outcome))
            #expect(await progress.isSettled(index))
        }
        #expect(try await progress.nextToSend() == nil, "nothing is left to send, and nothing can be withdrawn any more")
        // Its file is gone with the receipt: that is no reason to seal it anew.
        await progress.unsealed(0)
        #expect(try await progress.nextToSend() == nil)
        #expect(await progress.bytesAhead == 0)
    }

    /// No figure of a receiver may do more harm than to be useless.
    @Test func aReceiversFiguresAreBounded() async throws {
        let progress = try progress(.sending, .sending)
        let size = SealedFile.example("stego 0").byteCount
        let standing = StudyStanding([
            0: .partial(receivedBytes: .max, digest: digest(0)), 1: .partial(receivedBytes: 1 << 63, digest: digest(1)),
        ])
        await progress.beginSession(standing, terms)
        #expect(await progress.partialByteCounts == [0: size, 1: size])
        #expect(try await progress.nextToSend() == .send(0, digest: digest(0), offset: 0))
    }

    // MARK: Trouble on this side

    /// A full disk here does not undo what is there.
    @Test(.timeLimit(.minutes(1))) func whatCouldNotBeStoredStaysAsTheReceiverHasIt() async throws {
        let progress = try progress(.planned, .planned)
        #expect(try await progress.nextToSeal() == 0)
        #expect(try await progress.nextToSeal() == 1)
        await progress.beginSession(StudyStanding([0: .complete, 1: .complete]), terms)
        await progress.received(try receipt(0))
        await progress.notStored(0)
        await progress.notStored(1)
        #expect(try await progress.nextToSend() == nil)
        #expect(await progress.acknowledgedButMissing.isEmpty)
        let sealing = Task { try await progress.nextToSeal() }
        await letOthersRun()
        // Another session, in which the receiver has forgotten it.
        await progress.beginSession(StudyStanding([0: .complete]), terms)
        #expect(try await sealing.value == 1)
    }

    @Test func whatCannotBeReadHoldsNobodyUp() async throws {
        let progress = try progress(.planned, .planned, .planned)
        #expect(try await progress.nextToSeal() == 0)
        #expect(await progress.notRead(0, reason: "away"))
        #expect(try await progress.nextToSeal() == 1)
        #expect(try await progress.nextToSeal() == 2)
        #expect(try await progress.nextToSeal() == 0)
        #expect(await !progress.notRead(0, reason: "away"), "that is no news")
    }

    @Test(.timeLimit(.minutes(1))) func aSessionWithNothingButUnreadableFilesEnds() async throws {
        let progress = try progress(.planned, .sealed)
        _ = try await progress.nextToSeal()
        await progress.beginSession(.empty, terms)
        await progress.notRead(0, reason: "away")
        #expect(try await progress.nextToSend() == .send(1, digest: digest(1), offset: 0))
        await progress.settled(1)
        let waiting = Task { try await progress.nextToSend() }
        await letOthersRun()
        // Not before the others are answered.
        await progress.received(try receipt(1))
        let error = await #expect(throws: OperationFailure.self) { try await waiting.value }
        #expect(error?.kind == .temporary)
        // It is there again.
        #expect(try await progress.nextToSeal() == 0)
        await progress.sealed(0, .example("stego 0"))
        await progress.beginSession(StudyStanding([1: .complete]), terms)
        #expect(try await progress.nextToSend() == .send(0, digest: digest(0), offset: 0))
    }

    @Test func whatMovesIsNoFullDisk() async throws {
        let progress = try progress(.planned)
        let movement = await progress.movement
        for _ in 0..<3 {
            _ = try await progress.nextToSeal()
            await progress.notStored(0)
        }
        #expect(await progress.movement == movement)
    }

    @Test func nothingFliesOfWhatWasSentBefore() async throws {
        for state in [OutboxInstance.State.sending, .acknowledged, .failed] {
            let progress = TransferProgress(try rows([.planned, state]), isUntouchedSoFar: true)
            _ = try await progress.nextToSeal()
            await progress.sealed(0, .example("stego 0"))
            #expect(await progress.takeFirstFlight(8).isEmpty)
        }
    }

    @Test func sealsInOrderAndSendsWhatIsSealed() async throws {
        let progress = try progress(.planned, .planned)
        #expect(try await progress.nextToSeal() == 0)
        #expect(try await progress.nextToSeal() == 1)
        await progress.beginSession(.empty, terms)
        #expect(await !progress.hasStep)
        await progress.sealed(1, .example("stego 1"))
        #expect(try await progress.nextToSend() == .send(1, digest: digest(1), offset: 0))
        await progress.settled(1)
        await progress.sealed(0, .example("stego 0"))
        #expect(try await progress.nextToSend() == .send(0, digest: digest(0), offset: 0))
        await progress.settled(0)
        #expect(try await progress.nextToSend() == nil)
    }

    @Test func waitsForTheSealing() async throws {
        let progress = try progress(.planned)
        _ = try await progress.nextToSeal()
        await progress.beginSession(.empty, terms)
        async let step = progress.nextToSend()
        await letOthersRun()
        await progress.sealed(0, .example("stego 0"))
        #expect(try await step == .send(0, digest: digest(0), offset: 0))
    }

    @Test func anotherSessionGoesOnWhereTheReceiverIs() async throws {
        let progress = try progress(.sending, .sending, .sealed, .acknowledged)
        let other = ContentDigest(of: [0])
        await progress.beginSession(
            StudyStanding([
                0: .partial(receivedBytes: 3, digest: digest(0)), 1: .partial(receivedBytes: 3, digest: other), 3: .complete,
            ]), terms)
        #expect(try await progress.nextToSend() == .send(0, digest: digest(0), offset: 3))
        #expect(try await progress.nextToSend() == .send(1, digest: digest(1), offset: 0), "the beginning of another file is of no use")
        #expect(try await progress.nextToSend() == .send(2, digest: digest(2), offset: 0))
        for index in 0..<3 { await progress.settled(index) }
        #expect(try await progress.nextToSend() == nil)
        await progress.beginSession(.empty, terms)
        #expect(try await progress.nextToSend() == .send(0, digest: digest(0), offset: 0), "a new session sends what is missing then")
        #expect(await progress.acknowledgedButMissing == [3])
    }

    /// More bytes than the file has, or all of it without being complete: from the start.
    @Test func aStandingThatCannotBeIsIgnored() async throws {
        let progress = try progress(.sending)
        let size = UInt64(SealedFile.example("stego 0").byteCount)
        for bytes in [size, size + 1] {
            await progress.beginSession(StudyStanding([0: .partial(receivedBytes: bytes, digest: digest(0))]), terms)
            #expect(try await progress.nextToSend() == .send(0, digest: digest(0), offset: 0))
        }
    }

    @Test func failuresThatPassAreSentAgainOthersWithdrawn() async throws {
        let progress = try progress(.failed, .withdrawn)
        await progress.beginSession(.empty, terms)
        #expect(await progress.passingFailure == "full")
        #expect(try await progress.nextToSend() == .send(0, digest: digest(0), offset: 0))
        #expect(try await progress.nextToSend() == .withdraw(1, reason: "gone"))
    }

    @Test func sealingStopsFarAheadOfTheLink() async throws {
        let progress = try progress(.planned, .planned, .planned)
        _ = try await progress.nextToSeal()
        let large = SealedFile(
            byteCount: TransferProgress.aheadLimit, digest: digest(0), codec: .j2k, hasCapsule: false, report: SealedFile.example().report)
        await progress.beginSession(.empty, terms)
        await progress.sealed(0, large)
        #expect(await progress.bytesAhead == TransferProgress.aheadLimit)
        let waiting = Task { try await progress.nextToSeal() }
        await letOthersRun()
        await progress.settled(0)
        #expect(try await waiting.value == 1)
        #expect(await progress.bytesAhead == 0)
        waiting.cancel()
    }

    @Test func waitingEndsWithItsTask() async throws {
        let progress = try progress(.acknowledged)
        let waiting = Task { try await progress.nextToSeal() }
        await letOthersRun()
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    /// A receipt may be faster than whoever notes that the file is sent.
    @Test func aFastReceiptLeavesNoBytesBehind() async throws {
        let progress = try progress(.sealed)
        await progress.beginSession(.empty, terms)
        _ = try await progress.nextToSend()
        await progress.received(try receipt())
        await progress.settled(0)
        #expect(await progress.bytesAhead == 0)
        #expect(await progress.advances == 1)
        try await progress.untilReceived(1)
        // The receiver repeats it in the next session: nothing new.
        await progress.beginSession(StudyStanding([0: .complete]), terms)
        let advances = await progress.advances
        await progress.received(try receipt())
        #expect(await progress.advances == advances)
    }

    @Test(arguments: [
        (SealingTerms(codecs: [.none], keepsStego: false), true, "the codec is not taken"),
        (SealingTerms(codecs: [.j2k], keepsStego: true), true, "a capsule is wanted"),
        (SealingTerms(codecs: [.none, .j2k], keepsStego: false), false, "all is well"),
    ]) func newTermsMaySealAnew(_ terms: SealingTerms, _ isAnew: Bool, _ what: String) async throws {
        let progress = try progress(.sealed)
        await progress.beginSession(.empty, terms)
        #expect(try await progress.nextToSend() == (isAnew ? .sealAnew(0) : .send(0, digest: digest(0), offset: 0)), "\(what)")
        guard isAnew else { return }
        await progress.unsealed(0)
        #expect(try await progress.nextToSeal() == 0)
    }

    @Test func aFileUnderWayGoesOnWithoutACapsule() async throws {
        let progress = try progress(.sending)
        await progress.beginSession(
            StudyStanding([0: .partial(receivedBytes: 2, digest: digest(0))]), SealingTerms(codecs: [.j2k], keepsStego: true))
        #expect(try await progress.nextToSend() == .send(0, digest: digest(0), offset: 2))
    }

    @Test func onlyMoreThanEverIsAnAdvance() async throws {
        let progress = try progress(.sending, .sending)
        for (bytes, advances) in [(2, 1), (2, 1), (1, 1), (3, 2)] as [(UInt64, Int)] {
            await progress.beginSession(StudyStanding([0: .partial(receivedBytes: bytes, digest: digest(0))]), terms)
            #expect(await progress.advances == advances)
        }
    }

    private func receipt(_ index: Int = 0, _ outcome: InstanceOutcome? = nil) throws -> InstanceReceipt {
        let (clinic, radiologist) = (try Identity.create(name: PeerName("a")), try Identity.create(name: PeerName("b")))
        let entries = try (0...index).map { try PlannedInstance.example("\($0)").entry }
        let manifest = try Manifest(studyUID: StudyUID("2.25.1"), entries: entries, signedBy: clinic)
        let restored = InstanceOutcome.restored(digest: entries[index].digest, exactness: .bytes)
        return try InstanceReceipt(of: manifest, index: index, outcome: outcome ?? restored, signedBy: radiologist, date: Date())
    }
}
