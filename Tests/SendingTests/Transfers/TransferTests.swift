import Basics
import Foundation
import Testing

@testable import Protocol
@testable import Sending

/// What is sealed, sent and answered in which order, over several sessions.
@Suite struct TransferTests {
    private let site: ExampleHome
    private let terms = SealingTerms(codecs: [.j2k, .none], keepsStego: false)

    init() throws {
        site = try ExampleHome()
    }

    private func transfer(_ states: OutboxInstance.State...) async throws -> Transfer { try await site.transfer(states) }

    private func receipt(_ transfer: Transfer, _ index: Int = 0, _ outcome: InstanceOutcome? = nil) throws -> InstanceReceipt {
        try site.receipt(transfer.study, index, outcome)
    }

    private func journal(_ transfer: Transfer) async throws -> [OutboxInstance] {
        try await Outbox(home: site.home).instances(of: transfer.study.transferID)
    }

    private func digest(_ position: Int) -> ContentDigest { SealedFile.example("stego \(position)").digest }

    @Test func theFirstFilesTravelWithTheGreeting() async throws {
        let transfer = try await self.transfer(.planned, .planned, .planned)
        for index in 0..<3 {
            #expect(try await transfer.nextToSeal() == index)
            try await transfer.sealed(index, .example("stego \(index)"))
        }
        #expect(await transfer.takeEarlyFiles(8).map(\.index) == [0, 1])
        try await transfer.sendEarly([0, 1])
        // Whatever the greeting says: what has flown cannot be called back.
        try await transfer.opened(.empty, SealingTerms(codecs: [.j2k], keepsStego: true))
        #expect(try await transfer.nextStep() == .send(0, digest: digest(0), offset: 0))
        #expect(try await transfer.nextStep() == .send(1, digest: digest(1), offset: 0))
        #expect(try await transfer.nextStep() == .sealAnew(2))
        #expect(await transfer.takeEarlyFiles(8).isEmpty, "once")
    }

    /// Native pixels are for a fast link, and nothing for a receiver to keep.
    @Test(arguments: [true, false]) func nativeFilesAreKeptByNobodyUnasked(_ isAsked: Bool) async throws {
        let kept = SealingTerms(codecs: [.none, .j2k], keepsStego: true)
        func nativeFile() async throws -> Transfer {
            let transfer = try await site.transfer([.planned, .planned], codec: isAsked ? .none : .auto)
            #expect(try await transfer.nextToSeal() == 0)
            try await transfer.sealed(0, .example("stego 0", codec: .none, hasCapsule: true))
            return transfer
        }
        var transfer = try await nativeFile()
        #expect(await transfer.takeEarlyFiles(8).map(\.index) == (isAsked ? [0] : []))
        // Also where a session before had begun to send it to the same receiver, which kept nothing then.
        for standing in [StudyStanding.empty, StudyStanding([0: .partial(receivedBytes: 3, digest: digest(0))])] {
            transfer = try await nativeFile()
            try await transfer.opened(standing, kept)
            let step = try await transfer.nextStep()
            if isAsked {
                #expect(step == .send(0, digest: digest(0), offset: standing[0] == nil ? 0 : 3))
            } else {
                #expect(step == .sealAnew(0))
            }
        }
        // A receiver that reads nothing else gets it all the same.
        transfer = try await nativeFile()
        try await transfer.opened(.empty, SealingTerms(codecs: [.none], keepsStego: true))
        #expect(try await transfer.nextStep() == .send(0, digest: digest(0), offset: 0))
    }

    /// Files that travel with the greeting may be restored and receipted before the sender has come to them.
    @Test(.timeLimit(.minutes(1))) func receiptsMayBeFasterThanTheirFilesTurn() async throws {
        let transfer = try await self.transfer(.planned, .planned, .planned)
        for index in 0..<3 {
            #expect(try await transfer.nextToSeal() == index)
            try await transfer.sealed(index, .example("stego \(index)"))
        }
        #expect(await transfer.takeEarlyFiles(.max).count == 3)
        try await transfer.sendEarly([0, 1, 2])
        try await transfer.opened(.empty, terms)
        #expect(try await transfer.nextStep() == .send(0, digest: digest(0), offset: 0))
        for (index, outcome) in [nil, nil, InstanceOutcome.failed(InstanceFailure(.tampered, ""))].enumerated() {
            try await transfer.received(receipt(transfer, index, outcome))
            #expect(await transfer.isDone(index))
        }
        #expect(try await transfer.nextStep() == nil, "nothing is left to send, and nothing can be withdrawn any more")
        // Its file is gone with the receipt: that is no reason to seal it anew.
        try await transfer.sealAnew(0)
        #expect(try await transfer.nextStep() == nil)
        #expect(await transfer.bytesAhead == 0)
    }

    /// No figure of a receiver may do more harm than to be useless.
    @Test func aReceiversFiguresAreBounded() async throws {
        let transfer = try await self.transfer(.sending, .sending)
        let size = SealedFile.example("stego 0").byteCount
        let standing = StudyStanding([
            0: .partial(receivedBytes: .max, digest: digest(0)), 1: .partial(receivedBytes: 1 << 63, digest: digest(1)),
        ])
        try await transfer.opened(standing, terms)
        #expect(try await journal(transfer).map(\.acknowledgedBytes) == [size, size])
        #expect(try await transfer.nextStep() == .send(0, digest: digest(0), offset: 0))
    }

    // MARK: Trouble on this side

    /// A full disk here does not undo what is there.
    @Test(.timeLimit(.minutes(1))) func whatCouldNotBeStoredStaysAsTheReceiverHasIt() async throws {
        let transfer = try await self.transfer(.planned, .planned)
        #expect(try await transfer.nextToSeal() == 0)
        #expect(try await transfer.nextToSeal() == 1)
        try await transfer.opened(StudyStanding([0: .complete, 1: .complete]), terms)
        try await transfer.received(receipt(transfer, 0))
        await transfer.notSealed(0)
        await transfer.notSealed(1)
        #expect(try await transfer.nextStep() == nil)
        #expect(try await journal(transfer).map(\.state) == [.acknowledged, .planned])
        let sealing = Task { try await transfer.nextToSeal() }
        try await Task.sleep(for: .milliseconds(20))
        // Another session, in which the receiver has forgotten it.
        try await transfer.opened(StudyStanding([0: .complete]), terms)
        #expect(try await sealing.value == 1)
    }

    @Test func whatCannotBeReadHoldsNobodyUp() async throws {
        let transfer = try await self.transfer(.planned, .planned, .planned)
        #expect(try await transfer.nextToSeal() == 0)
        #expect(await transfer.notRead(0, reason: "away"))
        #expect(try await transfer.nextToSeal() == 1)
        #expect(try await transfer.nextToSeal() == 2)
        #expect(try await transfer.nextToSeal() == 0)
        #expect(await !transfer.notRead(0, reason: "away"), "that is no news")
    }

    @Test(.timeLimit(.minutes(1))) func aSessionWithNothingButUnreadableFilesEnds() async throws {
        let transfer = try await self.transfer(.planned, .sealed)
        _ = try await transfer.nextToSeal()
        try await transfer.opened(.empty, terms)
        await transfer.notRead(0, reason: "away")
        #expect(try await transfer.nextStep() == .send(1, digest: digest(1), offset: 0))
        await transfer.sent(1)
        let waiting = Task { try await transfer.nextStep() }
        try await Task.sleep(for: .milliseconds(20))
        // Not before the others are answered.
        try await transfer.received(receipt(transfer, 1))
        let error = await #expect(throws: OperationFailure.self) { try await waiting.value }
        #expect(error?.kind == .temporary)
        // It is there again.
        #expect(try await transfer.nextToSeal() == 0)
        try await transfer.sealed(0, .example("stego 0"))
        try await transfer.opened(StudyStanding([1: .complete]), terms)
        #expect(try await transfer.nextStep() == .send(0, digest: digest(0), offset: 0))
    }

    @Test func whatMovesIsNoFullDisk() async throws {
        let transfer = try await self.transfer(.planned)
        let movement = await transfer.movement
        for _ in 0..<3 {
            _ = try await transfer.nextToSeal()
            await transfer.notSealed(0)
        }
        #expect(await transfer.movement == movement)
    }

    @Test func nothingFliesOfWhatWasSentBefore() async throws {
        for state in [OutboxInstance.State.sending, .acknowledged, .failed] {
            let transfer = try await self.transfer(.planned, state)
            _ = try await transfer.nextToSeal()
            try await transfer.sealed(0, .example("stego 0"))
            #expect(await transfer.takeEarlyFiles(8).isEmpty)
        }
    }

    @Test func sealsInOrderAndSendsWhatIsSealed() async throws {
        let transfer = try await self.transfer(.planned, .planned)
        #expect(try await transfer.nextToSeal() == 0)
        #expect(try await transfer.nextToSeal() == 1)
        try await transfer.opened(.empty, terms)
        #expect(await !transfer.hasStep)
        try await transfer.sealed(1, .example("stego 1"))
        #expect(try await transfer.nextStep() == .send(1, digest: digest(1), offset: 0))
        await transfer.sent(1)
        try await transfer.sealed(0, .example("stego 0"))
        #expect(try await transfer.nextStep() == .send(0, digest: digest(0), offset: 0))
        await transfer.sent(0)
        #expect(try await transfer.nextStep() == nil)
    }

    @Test func waitsForTheSealing() async throws {
        let transfer = try await self.transfer(.planned)
        _ = try await transfer.nextToSeal()
        try await transfer.opened(.empty, terms)
        async let step = transfer.nextStep()
        try await Task.sleep(for: .milliseconds(20))
        try await transfer.sealed(0, .example("stego 0"))
        #expect(try await step == .send(0, digest: digest(0), offset: 0))
    }

    @Test func anotherSessionGoesOnWhereTheReceiverIs() async throws {
        let transfer = try await self.transfer(.sending, .sending, .sealed, .acknowledged)
        let other = ContentDigest(of: [0])
        try await transfer.opened(
            StudyStanding([
                0: .partial(receivedBytes: 3, digest: digest(0)), 1: .partial(receivedBytes: 3, digest: other), 3: .complete,
            ]), terms)
        #expect(try await transfer.nextStep() == .send(0, digest: digest(0), offset: 3))
        #expect(try await transfer.nextStep() == .send(1, digest: digest(1), offset: 0), "the beginning of another file is of no use")
        #expect(try await transfer.nextStep() == .send(2, digest: digest(2), offset: 0))
        for index in 0..<3 { await transfer.sent(index) }
        #expect(try await transfer.nextStep() == nil)
        try await transfer.opened(.empty, terms)
        #expect(try await transfer.nextStep() == .send(0, digest: digest(0), offset: 0), "a new session sends what is missing then")
        #expect(try await journal(transfer)[3].state == .planned, "the receiver has it no more")
        #expect(try await transfer.nextToSeal() == 3)
    }

    /// More bytes than the file has, or all of it without being complete: from the start.
    @Test func aStandingThatCannotBeIsIgnored() async throws {
        let transfer = try await self.transfer(.sending)
        let size = UInt64(SealedFile.example("stego 0").byteCount)
        for bytes in [size, size + 1] {
            try await transfer.opened(StudyStanding([0: .partial(receivedBytes: bytes, digest: digest(0))]), terms)
            #expect(try await transfer.nextStep() == .send(0, digest: digest(0), offset: 0))
        }
    }

    @Test func failuresThatPassAreSentAgainOthersWithdrawn() async throws {
        let transfer = try await self.transfer(.failed, .withdrawn)
        try await transfer.opened(.empty, terms)
        #expect(await transfer.failureForNow?.contains("full") == true)
        #expect(try await transfer.nextStep() == .send(0, digest: digest(0), offset: 0))
        #expect(try await transfer.nextStep() == .withdraw(1, reason: "gone"))
    }

    @Test func sealingStopsFarAheadOfTheLink() async throws {
        let transfer = try await self.transfer(.planned, .planned, .planned)
        _ = try await transfer.nextToSeal()
        let large = SealedFile(
            byteCount: Transfer.aheadLimit, digest: digest(0), codec: .j2k, hasCapsule: false, report: SealedFile.example().report)
        try await transfer.opened(.empty, terms)
        try await transfer.sealed(0, large)
        #expect(await transfer.bytesAhead == Transfer.aheadLimit)
        let waiting = Task { try await transfer.nextToSeal() }
        try await Task.sleep(for: .milliseconds(20))
        await transfer.sent(0)
        #expect(try await waiting.value == 1)
        #expect(await transfer.bytesAhead == 0)
        waiting.cancel()
    }

    @Test func waitingEndsWithItsTask() async throws {
        let transfer = try await self.transfer(.acknowledged)
        let waiting = Task { try await transfer.nextToSeal() }
        try await Task.sleep(for: .milliseconds(20))
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    /// A receipt may be faster than whoever notes that the file is sent.
    @Test func aFastReceiptLeavesNoBytesBehind() async throws {
        let transfer = try await self.transfer(.sealed)
        try await transfer.opened(.empty, terms)
        _ = try await transfer.nextStep()
        try await transfer.received(receipt(transfer))
        await transfer.sent(0)
        #expect(await transfer.bytesAhead == 0)
        #expect(transfer.advances == 1)
        try await transfer.untilReceived(1)
        // The receiver repeats it in the next session: nothing new.
        try await transfer.opened(StudyStanding([0: .complete]), terms)
        let advances = transfer.advances
        try await transfer.received(receipt(transfer))
        #expect(transfer.advances == advances)
    }

    @Test(arguments: [
        (SealingTerms(codecs: [.none], keepsStego: false), true, "the codec is not taken"),
        (SealingTerms(codecs: [.j2k], keepsStego: true), true, "a capsule is wanted"),
        (SealingTerms(codecs: [.none, .j2k], keepsStego: false), false, "all is well"),
    ]) func newTermsMaySealAnew(_ terms: SealingTerms, _ isAnew: Bool, _ what: String) async throws {
        let transfer = try await self.transfer(.sealed)
        try await transfer.opened(.empty, terms)
        #expect(try await transfer.nextStep() == (isAnew ? .sealAnew(0) : .send(0, digest: digest(0), offset: 0)), "\(what)")
        guard isAnew else { return }
        try await transfer.sealAnew(0)
        #expect(try await transfer.nextToSeal() == 0)
    }

    @Test func aFileUnderWayGoesOnWithoutACapsule() async throws {
        let transfer = try await self.transfer(.sending)
        try await transfer.opened(
            StudyStanding([0: .partial(receivedBytes: 2, digest: digest(0))]), SealingTerms(codecs: [.j2k], keepsStego: true))
        #expect(try await transfer.nextStep() == .send(0, digest: digest(0), offset: 2))
    }

    @Test func onlyMoreThanEverIsAnAdvance() async throws {
        let transfer = try await self.transfer(.sending, .sending)
        for (bytes, advances) in [(2, 1), (2, 1), (1, 1), (3, 2)] as [(UInt64, Int)] {
            try await transfer.opened(StudyStanding([0: .partial(receivedBytes: bytes, digest: digest(0))]), terms)
            #expect(transfer.advances == advances)
        }
    }

    // MARK: Journal and observer

    /// Each transition is in the journal when its method returns, and the observer knows each end once.
    @Test func oneCallMakesATransitionEverywhere() async throws {
        let events = RecordedEvents()
        let transfer = try await site.transfer([.planned, .planned, .planned, .planned], observer: events)
        for index in 0..<4 {
            #expect(try await transfer.nextToSeal() == index)
            if index < 3 { try await transfer.sealed(index, .example("stego \(index)")) }
        }
        try await transfer.withdrawn(3, OperationFailure(.fileAccess, "gone"))
        #expect(try await journal(transfer).map(\.state) == [.sealed, .sealed, .sealed, .withdrawn])
        try await transfer.opened(.empty, terms)
        try await transfer.sending(0)
        #expect(try await journal(transfer).map(\.state) == [.sending, .sending, .sending, .withdrawn], "those that come next too")
        for _ in 1...2 { try await transfer.received(receipt(transfer, 0)) }
        try await transfer.received(receipt(transfer, 1, .failed(InstanceFailure(.storageFull, "full"))))
        try await transfer.refused(2, OperationFailure(.badData, "too large"))
        #expect(try await journal(transfer).map(\.state) == [.acknowledged, .failed, .withdrawn, .withdrawn])
        #expect(events.ends == ["0 delivered", "2 failed: too large"])
        await transfer.keep(because: CancellationError())
        #expect(events.ends == ["0 delivered", "2 failed: too large", "3 failed: gone"])
        let kept = events.all.compactMap { event in if case .kept(let names, _, let error) = event { "\(names) \(error)" } else { nil } }
        #expect(kept.count == 2 && kept[0].contains("[\"1\"]") && kept[0].contains("full") && kept[1].hasPrefix("[] "))
    }

    /// A change that the journal does not take happens nowhere.
    @Test func whatTheJournalRefusesHappensNowhere() async throws {
        let events = RecordedEvents()
        let transfer = try await site.transfer([.sealed], observer: events)
        try await transfer.opened(.empty, terms)
        try await Outbox(home: site.home).withdrawn(transfer.study.transferID, 0, reason: "by another", kind: .badData)
        await #expect(throws: OutboxError.self) { try await transfer.refused(0, OperationFailure(.badData, "too large")) }
        #expect(await !transfer.isDone(0))
        #expect(events.ends.isEmpty)
    }

    /// A process that takes a study up again tells of the files that were answered before, and the next one in the same process does not.
    @Test func knownEndsAreToldOnce() async throws {
        let events = RecordedEvents()
        let transfer = try await site.transfer([.acknowledged, .withdrawn, .failed, .planned], isForNow: false, observer: events)
        for _ in 1...2 { await transfer.tellKnown() }
        #expect(events.ends.map { $0.prefix(8) } == ["0 delive", "1 failed", "2 failed"])
        let (delivered, failed) = await transfer.wasClosed(receipts: nil)
        #expect((delivered, failed) == (1, 2))
    }
}
