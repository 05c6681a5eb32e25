import Foundation
import Testing

@testable import Protocol

/// Studies that end before their time, while the session goes on: whoever ends them, and whatever crosses on the way.
@Suite struct StudyEndTests {
    /// Both machines with what is on the way between them, so that messages can cross.
    private struct Crossing {
        var pair: StatePair
        var toReceiver: [WireMessage] = []
        var toSender: [WireMessage] = []

        init(_ count: Int = 2) throws {
            pair = try StatePair()
            _ = try pair.open(count)
        }

        mutating func send(_ command: SourceState.Command) throws {
            for case .transmit(let message) in try pair.sender.perform(.source(command)) { toReceiver.append(message) }
        }

        mutating func answer(_ command: SinkState.Command) throws {
            for case .transmit(let message) in try pair.receiver.perform(.sink(command)) { toSender.append(message) }
        }

        /// Delivers until nothing is on the way.
        mutating func settle() throws {
            while !toReceiver.isEmpty || !toSender.isEmpty {
                if !toReceiver.isEmpty {
                    for output in try pair.receiver.receive(WireMessage(toReceiver.removeFirst().encoded())) {
                        if case .transmit(let message) = output { toSender.append(message) }
                        if case .sink(.event(let event)) = output { pair.events.append(event) }
                    }
                }
                if !toSender.isEmpty {
                    for output in try pair.sender.receive(WireMessage(toSender.removeFirst().encoded())) {
                        if case .transmit(let message) = output { toReceiver.append(message) }
                        if case .source(.receipt(let receipt)) = output { pair.receipts.append(receipt) }
                        if case .source(.completed(let receipt)) = output { pair.studyReceipts.append(receipt) }
                        if case .source(.refused(let code, let reason)) = output { pair.refusals.append("\(code) \(reason)") }
                    }
                }
            }
        }

        /// Both are idle, their credits agree, and another study goes through.
        mutating func checkThatAnotherStudyGoesThrough() throws {
            #expect(pair.sender.isIdle && pair.receiver.isIdle)
            let receipts = pair.studyReceipts.count
            _ = try pair.open(1)
            try pair.deliver(0, Array(repeating: 1, count: 100_000))
            try pair.send(.finish)
            try pair.answer(.acknowledge(index: 0, Fixtures.restored(0), Date()))
            try pair.answer(.complete(Date()))
            #expect(pair.studyReceipts.count == receipts + 1)
            guard case .idle(let source) = pair.sender.source, case .idle(let sink) = pair.receiver.sink else {
                throw MemoryTransport.Failure()
            }
            #expect(source.flow.credit == sink.credit, "both sides count the same credit")
        }
    }

    private let bytes = Array(repeating: UInt8(1), count: 2_000)

    @Test func stoppedByItsSource() throws {
        var crossing = try Crossing()
        try crossing.send(.begin(Fixtures.header(0, bytes)))
        try crossing.send(.chunk(Array(bytes[..<500])))
        try crossing.send(.stop(.shuttingDown, reason: "later"))
        try crossing.settle()
        #expect(crossing.pair.events.last?.summary == "stopped shuttingDown later")
        try crossing.checkThatAnotherStudyGoesThrough()
    }

    @Test func refusedByItsSink() throws {
        var crossing = try Crossing()
        try crossing.answer(.refuse(.storageFull, reason: "12 MB are left"))
        // All of this crosses the refusal.
        try crossing.send(.begin(Fixtures.header(0, bytes)))
        try crossing.send(.chunk(bytes))
        try crossing.send(.withdraw(index: 1, reason: ""))
        try crossing.send(.finish)
        try crossing.settle()
        #expect(crossing.pair.refusals == ["storageFull 12 MB are left"])
        #expect(crossing.pair.events.map(\.summary) == ["opened 2", "key"], "nothing of it is taken any more")
        try crossing.checkThatAnotherStudyGoesThrough()
    }

    @Test func refusedInsteadOfAdmitted() throws {
        var pair = try StatePair()
        try pair.send(.open(Fixtures.manifest(count: 1), Fixtures.studyKey()))
        try pair.answer(.refuse(.refused, reason: "not today"))
        #expect(pair.refusals == ["refused not today"])
        #expect(pair.sender.isIdle && pair.receiver.isIdle)
    }

    @Test func stopAndRefusalCross() throws {
        var crossing = try Crossing()
        try crossing.send(.stop(.shuttingDown, reason: ""))
        try crossing.answer(.refuse(.storageFull, reason: ""))
        try crossing.settle()
        try crossing.checkThatAnotherStudyGoesThrough()
    }

    @Test func stopCrossesReceipts() throws {
        var crossing = try Crossing(1)
        try crossing.send(.begin(Fixtures.header(0, bytes)))
        try crossing.send(.chunk(bytes))
        try crossing.send(.finish)
        try crossing.settle()
        try crossing.answer(.acknowledge(index: 0, Fixtures.restored(0), Date()))
        try crossing.answer(.complete(Date()))
        try crossing.send(.stop(.shuttingDown, reason: ""))
        try crossing.settle()
        // Receipts are evidence, whenever they come.
        #expect(crossing.pair.receipts.count == 1 && crossing.pair.studyReceipts.count == 1)
        try crossing.checkThatAnotherStudyGoesThrough()
    }

    @Test func stopCrossesWhatIsKnown() throws {
        var crossing = try Crossing()
        crossing.pair = try StatePair()
        try crossing.send(.open(Fixtures.manifest(count: 1), Fixtures.studyKey()))
        try crossing.settle()
        try crossing.answer(.admit(.fresh))
        try crossing.send(.stop(.shuttingDown, reason: ""))
        try crossing.settle()
        try crossing.checkThatAnotherStudyGoesThrough()
    }

    @Test func goodbyeCrossesAStudy() throws {
        for isStopped in [false, true] {
            var crossing = try Crossing()
            crossing.pair = try StatePair()
            try crossing.send(.open(Fixtures.manifest(count: 1), Fixtures.studyKey()))
            if isStopped { try crossing.send(.stop(.shuttingDown, reason: "")) }
            for case .transmit(let message) in try crossing.pair.receiver.perform(.leave) { try crossing.pair.toSender(message) }
            #expect(crossing.pair.sender.hasEnded, "the study was not begun, and nobody is at fault")
        }
    }

    @Test func goodbyeCrossesTheFirstFlight() throws {
        let pair = try StatePair()
        var source = SourceState.greeting
        _ = try source.perform(.offer(Fixtures.manifest(count: 1), Fixtures.studyKey()))
        #expect(!source.isUnheard && pair.receiver.isIdle)
        let handshake = try InitiatorHandshake(
            identity: People.clinic, peer: Fixtures.peer(People.radiologist), roles: .source(Fixtures.capabilities),
            binding: Fixtures.binding)
        var sender = SessionState(handshake)
        _ = try sender.perform(.source(.offer(Fixtures.manifest(count: 1), Fixtures.studyKey())))
        let trust = try TemporaryHome().trust(People.clinic)
        var receiver = SessionState(
            try ResponderHandshake(
                identity: People.radiologist, trust: trust, certificateDER: People.clinic.certificateDER, roles: Fixtures.sink,
                binding: Fixtures.binding))
        for case .transmit(let message) in try receiver.receive(.hello(handshake.greeting)) { _ = try sender.receive(message) }
        // It leaves before it has read what stands behind the Hello.
        for case .transmit(let message) in try receiver.perform(.leave) { _ = try sender.receive(message) }
        #expect(sender.hasEnded)
    }

    // MARK: What cannot be

    @Test func endsOutOfPlace() throws {
        func end(_ study: UInt32) -> WireMessage.StudyEnd { .init(study: study, code: .refused, reason: "") }
        var pair = try StatePair()
        expect(.misuse) { try pair.send(.stop(.refused, reason: "")) }
        expect(.misuse) { try pair.answer(.refuse(.refused, reason: "")) }
        _ = try pair.open(1)
        for number in [0, 2] as [UInt32] {
            var (sender, receiver) = (pair.sender, pair.receiver)
            expect(.protocolViolation) { try sender.receive(.refuseStudy(end(number))) }
            expect(.protocolViolation) { try receiver.receive(.stopStudy(end(number))) }
        }
        try pair.send(.stop(.refused, reason: ""))
        var (sender, receiver) = (pair.sender, pair.receiver)
        expect(.protocolViolation) { try sender.receive(.refuseStudy(end(1))) }
        expect(.protocolViolation) { try receiver.receive(.stopStudy(end(1))) }
        // A study is not opened before the end of the last is known on both sides.
        var crossing = try Crossing()
        try crossing.send(.stop(.refused, reason: ""))
        expect(.misuse) { try crossing.send(.open(Fixtures.manifest(count: 1), Fixtures.studyKey())) }
        try crossing.answer(.refuse(.refused, reason: ""))
        expect(.protocolViolation) {
            try crossing.pair.receiver.receive(
                .openStudy(.init(study: 2, manifest: Fixtures.manifest(count: 1).statement, sealedKey: nil)))
        }
    }

    @Test func creditIsKeptToWhileRefusing() throws {
        let roles = SessionRoles.sink(Fixtures.capabilities, StudyTerms(limits: SessionLimits(creditWindow: 2_000, chunkBytes: 1_024)))
        var pair = try StatePair(roles: roles)
        _ = try pair.open(1)
        _ = try pair.receiver.perform(.sink(.refuse(.refused, reason: "")))
        let chunk = WireMessage.chunk(.init(study: 1, index: 0, offset: 0, bytes: Array(repeating: 1, count: 1_025)))
        expect(.protocolViolation) { try pair.receiver.receive(chunk) }
    }
}
