import Basics
import Crypto
import Foundation
import SeededRandomness
import Testing

@testable import Protocol

/// A study and its first bytes that travel with the `Hello`.
@Suite struct FirstFlightTests {
    /// A sender that has spoken, what it said, and a receiver that has heard nothing yet.
    private struct Meeting {
        var sender: SessionState
        var receiver: SessionState
        var said: [WireMessage]
        let manifest: Manifest
        var events: [SinkEvent] = []
        var answers: [WireMessage] = []

        init(_ count: Int = 2, roles: SessionRoles = Fixtures.sink) throws {
            let home = try TemporaryHome()
            let handshake = try InitiatorHandshake(
                identity: People.clinic, peer: Fixtures.peer(People.radiologist), roles: .source(Fixtures.capabilities),
                binding: Fixtures.binding)
            receiver = SessionState(
                try ResponderHandshake(
                    identity: People.radiologist, trust: home.trust(People.clinic), certificateDER: People.clinic.certificateDER,
                    roles: roles, binding: Fixtures.binding))
            sender = SessionState(handshake)
            said = [.hello(handshake.greeting)]
            manifest = try Fixtures.manifest(count: count)
            try say(.offer(manifest, Fixtures.studyKey()))
        }

        mutating func say(_ command: SourceState.Command) throws {
            for case .transmit(let message) in try sender.perform(.source(command)) { said.append(message) }
        }

        /// Brings everything that was said to the receiver, whose program admits the study as soon as it hears of it.
        mutating func arrive(_ admission: StudyAdmission = .fresh) throws {
            for message in said {
                try take(receiver.receive(WireMessage(message.encoded())))
                if receiver.sink.isDeciding { try take(receiver.perform(.sink(.admit(admission)))) }
            }
            said = []
        }

        /// Brings everything that was answered to the sender.
        mutating func hear() throws {
            for message in answers {
                for case .transmit(let more) in try sender.receive(WireMessage(message.encoded())) { said.append(more) }
            }
            answers = []
        }

        private mutating func take(_ outputs: [SessionState.Output]) throws {
            for output in outputs {
                switch output {
                case .transmit(let message): answers.append(message)
                case .sink(.event(let event)): events.append(event)
                default: break
                }
            }
        }

        mutating func answer(_ command: SinkState.Command) throws { try take(receiver.perform(.sink(command))) }
    }

    private let bytes = Array(repeating: UInt8(9), count: 20_000)

    @Test func studyArrivesBeforeItsKey() throws {
        var meeting = try Meeting()
        try meeting.say(.begin(Fixtures.header(0, bytes)))
        try meeting.say(.chunk(Array(bytes[..<16_384])))
        try meeting.say(.chunk(Array(bytes[16_384...])))
        try meeting.say(.begin(Fixtures.header(1, bytes)))
        try meeting.say(.chunk(Array(bytes[..<1_000])))
        // Nothing was heard yet, and all of this travels.
        try meeting.arrive()
        #expect(
            meeting.events.map(\.summary) == [
                "opened 2", "began 0", "chunk 0 0+16384", "chunk 0 16384+3616", "arrived 0", "began 1", "chunk 1 0+1000",
            ])
        try meeting.answer(.acknowledge(index: 0, Fixtures.restored(0), Date()))
        try meeting.hear()
        guard case .sending = meeting.sender.source else { throw MemoryTransport.Failure() }
        #expect(meeting.said.map(\.name) == ["StudyKey"])
        try meeting.say(.chunk(Array(bytes[1_000..<17_384])))
        try meeting.say(.chunk(Array(bytes[17_384...])))
        try meeting.say(.finish)
        try meeting.arrive()
        #expect(meeting.events.suffix(5).map(\.summary) == ["key", "chunk 1 1000+16384", "chunk 1 17384+2616", "arrived 1", "sent"])
        guard case .studyKey(let key) = meeting.events[7] else { throw MemoryTransport.Failure() }
        #expect(key == Fixtures.studyKey())
        try meeting.answer(.acknowledge(index: 1, Fixtures.restored(1), Date()))
        try meeting.answer(.complete(Date()))
        try meeting.hear()
        #expect(meeting.sender.isIdle && meeting.receiver.isIdle)
    }

    @Test func standingsComeInTheFlightOfTheWelcome() throws {
        var hash = SHA256()
        hash.update(data: bytes[..<3_000])
        let part = StudyAdmission.Part(receivedBytes: 3_000, digest: ContentDigest(of: bytes), hash: hash)
        var meeting = try Meeting()
        try meeting.arrive(StudyAdmission(complete: [0], partial: [1: part]))
        #expect(meeting.answers.map(\.name) == ["Welcome", "StudyOpened"])
        try meeting.hear()
        try meeting.say(.begin(Fixtures.header(1, bytes, offset: 3_000)))
        try meeting.arrive()
        #expect(meeting.events.suffix(2).map(\.summary) == ["key", "began 1"])
    }

    @Test func whatIsThereAlreadyIsPassedOver() throws {
        var meeting = try Meeting()
        for index in 0..<2 {
            try meeting.say(.begin(Fixtures.header(index, bytes)))
            try meeting.say(.chunk(Array(bytes[..<16_000])))
            if index == 0 { try meeting.say(.chunk(Array(bytes[16_000...]))) }
        }
        try meeting.arrive(StudyAdmission(complete: [0, 1]))
        #expect(meeting.events.map(\.summary) == ["opened 2"])
        for index in 0..<2 { try meeting.answer(.acknowledge(index: index, Fixtures.restored(index), Date())) }
        // The bytes that nobody sees take no credit with them.
        let credit = meeting.answers.reduce(0) { sum, message in
            if case .credit(let credit) = message { sum + credit.bytes } else { sum }
        }
        #expect(credit == 36_000)
        try meeting.hear()
        #expect(meeting.said.map(\.name) == ["StudyKey", "Withdraw"])
        try meeting.say(.finish)
        try meeting.arrive()
        #expect(meeting.events.suffix(2).map(\.summary) == ["key", "sent"])
        try meeting.answer(.complete(Date()))
        try meeting.hear()
        #expect(meeting.sender.isIdle && meeting.receiver.isIdle)
    }

    @Test func smallReceiverTakesTheFirstFlightAllTheSame() throws {
        let roles = SessionRoles.sink(Fixtures.capabilities, StudyTerms(limits: SessionLimits(creditWindow: 2_048, chunkBytes: 1_024)))
        var meeting = try Meeting(roles: roles)
        try meeting.say(.begin(Fixtures.header(0, bytes)))
        try meeting.say(.chunk(Array(bytes[..<16_384])))
        try meeting.arrive()
        try meeting.hear()
        #expect(meeting.sender.source.flow?.credit == FirstFlight.creditBytes - 16_384)
        // From here on its own limits hold.
        expect(.misuse) { try meeting.say(.chunk(Array(bytes[16_384...]))) }
        try meeting.say(.chunk(Array(bytes[16_384..<17_408])))
    }

    @Test func senderKeepsToTheFirstFlightsLimits() throws {
        var meeting = try Meeting()
        expect(.misuse) { try meeting.say(.offer(meeting.manifest, Fixtures.studyKey())) }
        expect(.misuse) { try meeting.say(.begin(Fixtures.header(0, bytes, offset: 1))) }
        expect(.misuse) { try meeting.say(.withdraw(index: 0, reason: "")) }
        expect(.misuse) { try meeting.say(.finish) }
        let large = [UInt8](repeating: 1, count: FirstFlight.creditBytes + 1)
        try meeting.say(.begin(Fixtures.header(0, large)))
        expect(.misuse) { try meeting.say(.chunk(Array(large[..<(FirstFlight.chunkBytes + 1)]))) }
        for start in stride(from: 0, to: FirstFlight.creditBytes, by: FirstFlight.chunkBytes) {
            try meeting.say(.chunk(Array(large[start..<start + FirstFlight.chunkBytes])))
        }
        expect(.misuse) { try meeting.say(.chunk([1])) }
    }

    // MARK: What the receiver does not take

    /// The key that the sender has answered the `Welcome` with.
    private func keyOf(_ meeting: inout Meeting) throws -> WireMessage.StudyKey {
        try meeting.hear()
        guard case .studyKey(let key) = meeting.said.removeFirst() else { throw MemoryTransport.Failure() }
        return key
    }

    private func refuses(_ meeting: Meeting, with code: ProtocolError.Code = .protocolViolation, _ message: WireMessage) {
        var meeting = meeting
        meeting.said = [message]
        expect(code) { try meeting.arrive() }
        guard meeting.receiver.hasEnded else { return _ = Issue.record("the session goes on after \(message.name)") }
    }

    @Test func keysOutOfPlace() throws {
        var meeting = try Meeting()
        try meeting.arrive()
        var other = try Meeting()
        try other.arrive()
        refuses(meeting, with: .badSignature, .studyKey(try keyOf(&other)))
        var key = try keyOf(&meeting)
        key.study = 2
        refuses(meeting, .studyKey(key))
        key.study = 1
        meeting.said = [.studyKey(key)]
        try meeting.arrive()
        refuses(meeting, .studyKey(key))
        refuses(try Meeting(), .studyKey(key))
    }

    @Test func studiesWithoutKey() throws {
        // The end of a study whose key never came.
        var meeting = try Meeting()
        for index in 0..<2 {
            try meeting.say(.begin(Fixtures.header(index, [1])))
            try meeting.say(.chunk([1]))
        }
        try meeting.arrive()
        refuses(meeting, .studyComplete(study: 1))
        // Later studies have no reason to come without.
        var pair = try StatePair()
        _ = try pair.open(1)
        try pair.deliver(0, [1])
        try pair.send(.finish)
        try pair.answer(.acknowledge(index: 0, Fixtures.restored(0), Date()))
        try pair.answer(.complete(Date()))
        let statement = try Fixtures.manifest(count: 1).statement
        expect(.protocolViolation) { try pair.toReceiver(.openStudy(.init(study: 2, manifest: statement, sealedKey: nil))) }
    }

    @Test func studyBeforeTheHello() throws {
        var meeting = try Meeting()
        meeting.said.removeFirst()
        expect(.protocolViolation) { try meeting.arrive() }
    }

    @Test func strangersManifest() throws {
        var meeting = try Meeting()
        let manifest = try Fixtures.manifest(count: 1, by: People.stranger)
        meeting.said[1] = .openStudy(.init(study: 1, manifest: manifest.statement, sealedKey: nil))
        expect(.badSignature) { try meeting.arrive() }
    }

    @Test func moreThanTheFirstFlightHolds() throws {
        let roles = SessionRoles.sink(Fixtures.capabilities, StudyTerms(limits: SessionLimits(creditWindow: 2_048, chunkBytes: 1_024)))
        var meeting = try Meeting(roles: roles)
        let large = [UInt8](repeating: 1, count: FirstFlight.creditBytes + 1)
        try meeting.say(.begin(Fixtures.header(0, large)))
        for start in stride(from: 0, to: FirstFlight.creditBytes, by: FirstFlight.chunkBytes) {
            try meeting.say(.chunk(Array(large[start..<start + FirstFlight.chunkBytes])))
        }
        try meeting.arrive()
        refuses(meeting, .chunk(.init(study: 1, index: 0, offset: UInt64(FirstFlight.creditBytes), bytes: [1])))
        var other = try Meeting(roles: roles)
        try other.say(.begin(Fixtures.header(0, large)))
        try other.arrive()
        refuses(other, .chunk(.init(study: 1, index: 0, offset: 0, bytes: Array(large[...FirstFlight.chunkBytes]))))
    }

    @Test func senderIsNotToldOfBytesThatItDidNotSend() throws {
        var meeting = try Meeting()
        try meeting.arrive()
        try meeting.hear()
        meeting.answers = [.credit(.init(bytes: 0, arrived: 1))]
        expect(.protocolViolation) { try meeting.hear() }
    }

    // MARK: Sessions

    private func sessions(
        _ flight: FirstFlight, roles: SessionRoles = Fixtures.sink
    ) async throws -> (Session, Session) {
        let transports = MemoryTransport.pair(sender: People.clinic, receiver: People.radiologist, capacity: 64)
        let trust = try TemporaryHome().trust(People.clinic)
        async let sender = Session.initiate(
            over: transports.sender, identity: People.clinic, peer: Fixtures.peer(People.radiologist),
            roles: .source(Fixtures.capabilities), firstFlight: flight)
        async let receiver = Session.respond(
            over: transports.receiver, identity: People.radiologist, trust: trust, roles: roles)
        return (try await sender, try await receiver)
    }

    @Test(arguments: [0, 1, 3, 5]) func sessionGoesOnWhereTheFirstFlightStopped(early: Int) async throws {
        var generator = SplitMix64(seed: UInt64(early))
        let files = (0..<5).map { _ in generator.bytes(250_000) }
        let manifest = try Fixtures.manifest(count: files.count)
        var flight = FirstFlight(manifest: manifest, studyKey: Fixtures.studyKey())
        for index in 0..<early { flight.instances.append(.init(header: Fixtures.header(index, files[index]), bytes: files[index])) }
        let (sender, receiver) = try await sessions(flight)
        let result = Task { try await TestReceiver().run(receiver) }
        #expect(try await sender.openStudy(manifest, studyKey: Fixtures.studyKey()) == .empty)
        // In another order than the first flight's, too.
        for index in files.indices.reversed() { try await sender.send(Fixtures.header(index, files[index]), files[index]) }
        #expect(try await sender.finishStudy().tally.restored == files.count)
        await sender.end()
        #expect(try await result.value.received == Dictionary(uniqueKeysWithValues: files.enumerated().map { ($0, $1) }))
    }

    @Test func sessionDoesNotSendWhatIsThere() async throws {
        let files = (0..<3).map { [UInt8](repeating: UInt8($0), count: 400_000) }
        let manifest = try Fixtures.manifest(count: files.count)
        var flight = FirstFlight(manifest: manifest, studyKey: Fixtures.studyKey())
        for index in 0..<2 { flight.instances.append(.init(header: Fixtures.header(index, files[index]), bytes: files[index])) }
        let (sender, receiver) = try await sessions(flight)
        let result = Task { try await TestReceiver(admission: StudyAdmission(complete: [0, 1])).run(receiver) }
        let standing = try await sender.openStudy(manifest, studyKey: Fixtures.studyKey())
        #expect(standing[0] == .complete && standing[1] == .complete && standing[2] == nil)
        try await sender.send(Fixtures.header(2, files[2]), files[2])
        #expect(try await sender.finishStudy().tally.restored == 3)
        await sender.end()
        #expect(try await result.value.received == [2: files[2]])
    }

    @Test func nothingIsAskedForBeforeTheStudyIsAdmitted() async throws {
        let file = [UInt8](repeating: 1, count: 1_000)
        let manifest = try Fixtures.manifest(count: 1)
        let flight = FirstFlight(
            manifest: manifest, studyKey: Fixtures.studyKey(), instances: [.init(header: Fixtures.header(0, file), bytes: file)])
        let (sender, receiver) = try await sessions(flight)
        guard case .studyOpened = try await receiver.nextEvent() else { throw MemoryTransport.Failure() }
        await expect(.misuse) { try await receiver.nextEvent() }
        try await receiver.admit()
        guard case .instanceBegan = try await receiver.nextEvent() else { throw MemoryTransport.Failure() }
        await sender.end()
    }
}
