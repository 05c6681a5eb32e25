import Basics
import Crypto
import Foundation
import Testing

@testable import Protocol

/// The two state machines, joined: what is legal.
@Suite struct StateTests {
    @Test func wholeStudy() throws {
        var pair = try StatePair()
        let manifest = try pair.open(3)
        try pair.deliver(0, Array(repeating: 1, count: 2_500))
        try pair.send(.withdraw(index: 1, reason: "unreadable"))
        try pair.deliver(2, [9])
        try pair.answer(.acknowledge(index: 2, .failed(InstanceFailure(.notStego, "plain")), Date()))
        try pair.send(.finish)
        try pair.answer(.acknowledge(index: 0, Fixtures.restored(0), Date()))
        try pair.answer(.complete(Date()))
        #expect(
            pair.events.map(\.summary) == [
                "opened 3", "key", "began 0", "chunk 0 0+1000", "chunk 0 1000+1000", "chunk 0 2000+500", "arrived 0",
                "withdrawn 1 unreadable",
                "began 2", "chunk 2 0+1", "arrived 2", "sent",
            ])
        #expect(pair.receipts.map(\.index) == [2, 0])
        let study = try #require(pair.studyReceipts.first)
        #expect(study.tally.restored == 1 && study.tally.failed == 1 && study.tally.withdrawn == 1)
        try study.check(against: manifest, receipts: pair.receipts)
        #expect(pair.sender.isIdle && pair.receiver.isIdle)
    }

    @Test func studyKeyArrives() throws {
        var pair = try StatePair()
        _ = try pair.open(1)
        guard case .studyOpened(let manifest) = pair.events[0], case .studyKey(let key) = pair.events[1] else {
            throw MemoryTransport.Failure()
        }
        #expect(key == Fixtures.studyKey())
        #expect(manifest.sender == People.clinic.fingerprint)
    }

    @Test func severalStudiesOneAfterAnother() throws {
        var pair = try StatePair()
        for _ in 0..<3 {
            _ = try pair.open(1)
            try pair.deliver(0, [1, 2, 3])
            try pair.send(.finish)
            try pair.answer(.acknowledge(index: 0, Fixtures.restored(0), Date()))
            try pair.answer(.complete(Date()))
        }
        #expect(pair.studyReceipts.count == 3)
        try pair.leave()
        guard pair.receiver.hasEnded else { throw MemoryTransport.Failure() }
    }

    @Test func goesOnWhereAnEarlierSessionStopped() throws {
        let bytes = Array(repeating: UInt8(5), count: 5_000)
        var hash = SHA256()
        hash.update(data: bytes[..<3_000])
        let part = StudyAdmission.Part(receivedBytes: 3_000, digest: ContentDigest(of: bytes), hash: hash)
        var pair = try StatePair()
        _ = try pair.open(3, admission: StudyAdmission(complete: [0], partial: [1: part, 2: part]))
        #expect(
            pair.standing
                == StudyStanding([
                    0: .complete, 1: .partial(receivedBytes: 3_000, digest: part.digest),
                    2: .partial(receivedBytes: 3_000, digest: part.digest),
                ]))
        try pair.deliver(1, bytes, offset: 3_000)
        // Another stego file than the one that was begun: from its beginning.
        try pair.deliver(2, [7, 7])
        try pair.send(.finish)
        #expect(pair.events.map(\.summary).contains("arrived 1"))
        #expect(pair.events.map(\.summary).contains("arrived 2"))
        for index in 0..<3 { try pair.answer(.acknowledge(index: index, Fixtures.restored(index), Date())) }
        try pair.answer(.complete(Date()))
        #expect(pair.studyReceipts.first?.tally.isComplete == true)
    }

    @Test func damagedOnTheWay() throws {
        var pair = try StatePair()
        _ = try pair.open(2)
        var header = Fixtures.header(0, [1, 2, 3])
        header.digest = Fixtures.digest("another")
        try pair.send(.begin(header))
        try pair.send(.chunk([1, 2, 3]))
        #expect(pair.events.last?.summary == "damaged 0")
        expect(.misuse) { try pair.answer(.acknowledge(index: 0, Fixtures.restored(0), Date())) }
        try pair.answer(.acknowledge(index: 0, .failed(InstanceFailure(.damagedOnTheWay, "")), Date()))
        // The rest goes on.
        try pair.deliver(1, [4])
        #expect(pair.events.last?.summary == "arrived 1")
    }

    @Test func withdrawnInTheMiddle() throws {
        var pair = try StatePair()
        _ = try pair.open(2)
        try pair.send(.begin(Fixtures.header(0, [1, 2, 3])))
        try pair.send(.chunk([1]))
        try pair.send(.withdraw(index: 0, reason: "vanished"))
        try pair.deliver(1, [4])
        #expect(pair.events.suffix(4).map(\.summary) == ["withdrawn 0 vanished", "began 1", "chunk 1 0+1", "arrived 1"])
    }

    @Test func creditIsCountedOnBothSides() throws {
        let roles = SessionRoles.sink(Fixtures.capabilities, StudyTerms(limits: SessionLimits(creditWindow: 2_048, chunkBytes: 1_024)))
        var pair = try StatePair(roles: roles)
        _ = try pair.open(1)
        let bytes = Array(repeating: UInt8(1), count: 4_000)
        try pair.send(.begin(Fixtures.header(0, bytes)))
        try pair.send(.chunk(Array(bytes[..<1_024])))
        try pair.send(.chunk(Array(bytes[..<1_024])))
        #expect(pair.sender.source.flow?.credit == 0)
        expect(.misuse) { try pair.send(.chunk([1])) }
        try pair.answer(.grant(500))
        #expect(pair.sender.source.flow?.credit == 500)
        try pair.send(.chunk(Array(bytes[..<500])))
        expect(.misuse) { try pair.answer(.grant(0)) }
        expect(.misuse) { try pair.answer(.grant(.max)) }
        expect(.misuse) { try pair.send(.chunk(Array(repeating: 1, count: 1_025))) }
    }

    @Test func ownMistakesChangeNothing() throws {
        var pair = try StatePair()
        expect(.misuse) { try pair.send(.begin(Fixtures.header(0, [1]))) }
        expect(.misuse) { try pair.send(.chunk([1])) }
        expect(.misuse) { try pair.send(.finish) }
        expect(.misuse) { try pair.answer(.admit(.fresh)) }
        expect(.misuse) { try pair.answer(.complete(Date())) }
        expect(.misuse) { try pair.answer(.acknowledge(index: 0, Fixtures.restored(0), Date())) }
        _ = try pair.open(2)
        expect(.misuse) { try pair.send(.open(Fixtures.manifest(count: 1), Fixtures.studyKey())) }
        expect(.misuse) { try pair.leave() }
        expect(.misuse) { try pair.send(.finish) }
        expect(.misuse) { try pair.send(.chunk([1])) }
        expect(.misuse) { try pair.send(.begin(Fixtures.header(2, [1]))) }
        expect(.misuse) { try pair.send(.begin(Fixtures.header(-1, [1]))) }
        expect(.misuse) { try pair.send(.begin(Fixtures.header(0, [1, 2], offset: 1))) }
        expect(.misuse) { try pair.send(.withdraw(index: 2, reason: "")) }
        expect(.limitExceeded) {
            try pair.send(
                .begin(
                    InstanceHeader(
                        index: 0, byteCount: 5 << 30, digest: Fixtures.digest(""), report: Fixtures.report)))
        }
        expect(.misuse) { try pair.answer(.acknowledge(index: 0, Fixtures.restored(0), Date())) }
        expect(.misuse) { try pair.receiver.perform(.leave) }
        try pair.deliver(0, [1])
        expect(.misuse) { try pair.send(.withdraw(index: 0, reason: "")) }
        expect(.misuse) { try pair.send(.begin(Fixtures.header(0, [1]))) }
        expect(.receiptInvalid) { try pair.answer(.acknowledge(index: 0, Fixtures.restored(1), Date())) }
        try pair.answer(.acknowledge(index: 0, Fixtures.restored(0), Date()))
        expect(.misuse) { try pair.answer(.acknowledge(index: 0, Fixtures.restored(0), Date())) }
        try pair.send(.begin(Fixtures.header(1, [1, 2])))
        expect(.misuse) { try pair.send(.begin(Fixtures.header(1, [1, 2]))) }
        expect(.misuse) { try pair.send(.chunk([])) }
        expect(.misuse) { try pair.send(.chunk([1, 2, 3])) }
        try pair.send(.chunk([1, 2]))
        try pair.send(.finish)
        expect(.misuse) { try pair.answer(.complete(Date())) }
        try pair.answer(.acknowledge(index: 1, Fixtures.restored(1), Date()))
        try pair.answer(.complete(Date()))
        #expect(pair.sender.isIdle && pair.receiver.isIdle)
    }

    @Test func studyThatIsTooLongForTheReceiver() throws {
        let roles = SessionRoles.sink(Fixtures.capabilities, StudyTerms(limits: SessionLimits(instances: 2)))
        var pair = try StatePair(roles: roles)
        expect(.limitExceeded) { try pair.send(.open(Fixtures.manifest(count: 3), Fixtures.studyKey())) }
        _ = try pair.open(2)
    }

    @Test func admissionBeyondTheManifest() throws {
        var pair = try StatePair()
        try pair.send(.open(Fixtures.manifest(count: 1), Fixtures.studyKey()))
        expect(.misuse) { try pair.answer(.admit(StudyAdmission(complete: [1]))) }
        try pair.answer(.admit(.fresh))
    }
}
