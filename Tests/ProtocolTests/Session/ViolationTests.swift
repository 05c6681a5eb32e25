import Crypto
import Foundation
import Testing

@testable import Protocol

/// What a peer must not do, one by one. Each ends the session with an error that says so.
@Suite struct ViolationTests {
    private func chunk(_ index: Int, _ offset: UInt64, _ bytes: [UInt8], study: UInt32 = 1) -> WireMessage {
        .chunk(.init(study: study, index: index, offset: offset, bytes: bytes))
    }

    private func openStudy(_ study: UInt32, by identity: Identity = People.clinic) throws -> WireMessage {
        let sealed = HybridEncryption.Sealed(encapsulatedKey: Array(repeating: 0, count: 1120), ciphertext: Array(repeating: 0, count: 48))
        return .openStudy(.init(study: study, manifest: try Fixtures.manifest(count: 1, by: identity).statement, sealedKey: sealed))
    }

    private func receiving(_ count: Int = 2, roles: SessionRoles = Fixtures.sink) throws -> StatePair {
        var pair = try StatePair(roles: roles)
        _ = try pair.open(count)
        return pair
    }

    private func violates(
        _ pair: StatePair, with code: ProtocolError.Code = .protocolViolation, _ messages: WireMessage...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var pair = pair
        // Past the sender, which would not say such things.
        func say(_ message: WireMessage) throws { _ = try pair.receiver.receive(WireMessage(message.encoded())) }
        for message in messages.dropLast() { try say(message) }
        let last = try #require(messages.last)
        expect(code, sourceLocation: sourceLocation) { try say(last) }
        guard pair.receiver.hasEnded else {
            Issue.record("the session goes on", sourceLocation: sourceLocation)
            return
        }
    }

    // MARK: What a sender must not do

    @Test func replayedOpenStudy() throws {
        // Recorded in one session, played into another: the study key does not open.
        var first = try StatePair()
        guard
            case .transmit(let recorded) = try first.sender.perform(.source(.open(Fixtures.manifest(count: 1), Fixtures.studyKey()))).first
        else {
            throw MemoryTransport.Failure()
        }
        try violates(StatePair(), with: .badSignature, recorded)
        // Played twice into its own: the study's number is used up.
        try first.toReceiver(recorded)
        try violates(first, recorded)
    }

    @Test func openStudyOutOfTurn() throws {
        try violates(StatePair(), openStudy(0))
        try violates(StatePair(), openStudy(2))
        try violates(receiving(), openStudy(2))
        try violates(StatePair(), with: .badSignature, openStudy(1))
        try violates(StatePair(), with: .badSignature, openStudy(1, by: People.stranger))
    }

    @Test func creditOverrun() throws {
        let roles = SessionRoles.sink(Fixtures.capabilities, StudyTerms(limits: SessionLimits(creditWindow: 2_000, chunkBytes: 1_024)))
        let bytes = Array(repeating: UInt8(0), count: 3_000)
        let header = WireMessage.instanceHeader(study: 1, Fixtures.header(0, bytes))
        let full = Array(bytes[..<1_000])
        try violates(receiving(roles: roles), header, chunk(0, 0, full), chunk(0, 1_000, full), chunk(0, 2_000, [0]))
        try violates(receiving(roles: roles), header, chunk(0, 0, Array(bytes[..<1_025])))
    }

    @Test func chunksOutOfPlace() throws {
        let header = WireMessage.instanceHeader(study: 1, Fixtures.header(0, [1, 2, 3, 4]))
        try violates(receiving(), chunk(0, 0, [1]))
        try violates(receiving(), header, chunk(1, 0, [1]))
        try violates(receiving(), header, chunk(0, 1, [1]))
        try violates(receiving(), header, chunk(0, .max, [1]))
        try violates(receiving(), header, chunk(0, 0, [1, 2]), chunk(0, 0, [1, 2]))
        try violates(receiving(), header, chunk(0, 0, [1, 2]), chunk(0, 3, [1]))
        try violates(receiving(), header, chunk(0, 0, [1, 2, 3, 4, 5]))
        try violates(receiving(), header, chunk(0, 0, [1, 2, 3, 4]), chunk(0, 4, [5]))
        try violates(receiving(), header, chunk(0, 0, [1], study: 2))
    }

    @Test func headersOutOfPlace() throws {
        func header(_ index: Int, offset: UInt64 = 0, study: UInt32 = 1) -> WireMessage {
            .instanceHeader(study: study, Fixtures.header(index, [1, 2, 3, 4], offset: offset))
        }
        try violates(StatePair(), header(0))
        try violates(receiving(), header(2))
        try violates(receiving(), header(0, study: 0))
        try violates(receiving(), header(0, offset: 1))
        try violates(receiving(), header(0), header(1))
        try violates(receiving(), header(0), chunk(0, 0, [1, 2, 3, 4]), header(0))
        try violates(receiving(), .withdraw(study: 1, index: 0, reason: ""), header(0))
        let huge = InstanceHeader(index: 0, byteCount: (4 << 30) + 1, digest: Fixtures.digest(""), report: Fixtures.report)
        try violates(receiving(), with: .limitExceeded, .instanceHeader(study: 1, huge))
    }

    @Test func goingOnWithAnotherFile() throws {
        let part = StudyAdmission.Part(receivedBytes: 2, digest: Fixtures.digest("one"), hash: SHA256())
        var pair = try StatePair()
        _ = try pair.open(1, admission: StudyAdmission(partial: [0: part]))
        try violates(pair, .instanceHeader(study: 1, Fixtures.header(0, [1, 2, 3, 4], offset: 2)))
        var pretended = Fixtures.header(0, [1, 2, 3, 4], offset: 3)
        pretended.digest = Fixtures.digest("one")
        try violates(pair, .instanceHeader(study: 1, pretended))
    }

    @Test func presentInstanceAgain() throws {
        var pair = try StatePair()
        _ = try pair.open(1, admission: StudyAdmission(complete: [0]))
        try violates(pair, .instanceHeader(study: 1, Fixtures.header(0, [1])))
        try violates(pair, .withdraw(study: 1, index: 0, reason: ""))
    }

    @Test func withdrawingOutOfPlace() throws {
        try violates(receiving(), .withdraw(study: 1, index: 9, reason: ""))
        try violates(receiving(), .withdraw(study: 2, index: 0, reason: ""))
        try violates(receiving(), .withdraw(study: 1, index: 0, reason: ""), .withdraw(study: 1, index: 0, reason: ""))
    }

    @Test func studySaidToBeCompleteTooEarly() throws {
        try violates(receiving(), .studyComplete(study: 1))
        try violates(receiving(), .withdraw(study: 1, index: 0, reason: ""), .studyComplete(study: 1))
        try violates(StatePair(), .studyComplete(study: 0))
    }

    @Test func leavingInTheMiddle() throws {
        try violates(receiving(), .goodbye)
    }

    @Test func abortIsPassedOn() throws {
        var pair = try receiving()
        let error = expect(.peerAborted) { try pair.toReceiver(.abort(.shuttingDown, reason: "power")) }
        #expect(error?.abortCode == .shuttingDown)
        #expect(error?.reason.contains("power") == true)
    }

    @Test func messagesOfTheOtherDirection() throws {
        let statement = SignedStatement(body: [1], signature: Array(repeating: 0, count: 64))
        for message in [
            WireMessage.credit(.init(bytes: 1, arrived: 0)), .studyOpened(study: 1, .empty), .instanceReceipt(statement),
            .studyReceipt(statement),
            .welcome(SignedGreeting(body: [], signature: [])), .hello(SignedGreeting(body: [], signature: [])),
        ] {
            try violates(receiving(), message)
            try violates(StatePair(), message)
        }
    }

    // MARK: What a receiver must not do

    private func violatesAtSender(
        _ pair: StatePair, with code: ProtocolError.Code = .protocolViolation, _ message: WireMessage,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var pair = pair
        expect(code, sourceLocation: sourceLocation) { try pair.toSender(message) }
        guard pair.sender.hasEnded else {
            Issue.record("the session goes on", sourceLocation: sourceLocation)
            return
        }
    }

    private func receipt(
        _ manifest: Manifest, _ index: Int, _ outcome: InstanceOutcome, by identity: Identity = People.radiologist
    ) throws -> WireMessage {
        .instanceReceipt(try InstanceReceipt(of: manifest, index: index, outcome: outcome, signedBy: identity, date: Date()).statement)
    }

    @Test func receiptsThatCannotBe() throws {
        var pair = try StatePair()
        let manifest = try pair.open(3)
        try pair.deliver(0, [1])
        let failed = InstanceOutcome.failed(InstanceFailure(.other, ""))
        try violatesAtSender(pair, receipt(manifest, 1, Fixtures.restored(1)))
        try violatesAtSender(pair, with: .receiptInvalid, receipt(manifest, 3, failed))
        try violatesAtSender(pair, with: .receiptInvalid, receipt(manifest, 0, Fixtures.restored(1)))
        try violatesAtSender(pair, with: .receiptInvalid, receipt(Fixtures.manifest(count: 3), 0, failed))
        try violatesAtSender(pair, with: .badSignature, receipt(manifest, 0, failed, by: People.stranger))
        try pair.toSender(receipt(manifest, 0, Fixtures.restored(0)))
        try violatesAtSender(pair, receipt(manifest, 0, Fixtures.restored(0)))
        try pair.send(.withdraw(index: 2, reason: ""))
        try violatesAtSender(pair, receipt(manifest, 2, failed))
        try violatesAtSender(StatePair(), receipt(manifest, 0, failed))
    }

    @Test func studyReceiptsThatCannotBe() throws {
        var pair = try StatePair()
        let manifest = try pair.open(1)
        func study(_ tally: StudyTally, _ identity: Identity = People.radiologist) throws -> WireMessage {
            .studyReceipt(try StudyReceipt(of: manifest, tally: tally, signedBy: identity, date: Date()).statement)
        }
        try pair.deliver(0, [1])
        let nothing = StudyTally([nil])
        try violatesAtSender(pair, study(nothing))
        try pair.send(.finish)
        try violatesAtSender(pair, study(nothing))
        try pair.toSender(receipt(manifest, 0, Fixtures.restored(0)))
        try violatesAtSender(pair, with: .receiptInvalid, study(nothing))
        let right = StudyTally(pair.receipts.map(StudyTally.Line.init))
        try violatesAtSender(pair, with: .badSignature, study(right, People.stranger))
        try pair.toSender(study(right))
        #expect(pair.sender.isIdle)
    }

    @Test func creditWithoutEnd() throws {
        var pair = try receiving()
        try pair.toSender(.credit(.init(bytes: (1 << 32) - (16 << 20), arrived: 0)))
        violatesAtSender(pair, .credit(.init(bytes: 1, arrived: 0)))
    }

    @Test func standingsThatCannotBe() throws {
        violatesAtSender(try StatePair(), .studyOpened(study: 1, .empty))
        violatesAtSender(try receiving(), .studyOpened(study: 1, .empty))
        var pair = try StatePair()
        try pair.send(.open(Fixtures.manifest(count: 1), Fixtures.studyKey()))
        violatesAtSender(pair, .studyOpened(study: 2, .empty))
        violatesAtSender(pair, .studyOpened(study: 1, StudyStanding([1: .complete])))
    }

    @Test func receiverThatSpeaksLikeASender() throws {
        for message in [
            chunk(0, 0, [1]), .studyComplete(study: 1), .withdraw(study: 1, index: 0, reason: ""), try openStudy(1),
            .instanceHeader(study: 1, Fixtures.header(0, [1])), .hello(SignedGreeting(body: [], signature: [])),
            .welcome(SignedGreeting(body: [], signature: [])), .goodbye,
        ] {
            violatesAtSender(try receiving(), message)
        }
    }
}
