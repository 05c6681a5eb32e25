import Basics
import Foundation
import SecureChannel
import TestSupport
import Testing

@testable import Protocol

/// Trusted peers whose programs do what they should not with the connection itself.
@Suite(.timeLimit(.minutes(2))) struct HostilePeerTests {
    /// A receiver's session with a sender that is a transport in the test's hands. It has said `Hello`.
    private struct Meeting {
        let receiver: Session
        let sender: MemoryTransport

        init(timing: SessionTiming = SessionTiming(), wrap: (MemoryTransport) -> any MessageTransport = { $0 }) async throws {
            let transports = MemoryTransport.pair(sender: People.clinic, receiver: People.radiologist)
            let home = try TemporaryHome()
            let trust = try home.trust(People.clinic)
            let handshake = try InitiatorHandshake(
                identity: People.clinic, peer: Fixtures.peer(People.radiologist), roles: .source(Fixtures.capabilities),
                binding: Fixtures.binding)
            sender = transports.sender
            try await sender.send(WireMessage.hello(handshake.greeting).encoded())
            receiver = try await Session.respond(
                over: wrap(transports.receiver), identity: People.radiologist, trust: trust, roles: Fixtures.sink, timing: timing)
        }

        /// Opens a study in the first flight, of which the receiver has everything.
        func open() async throws {
            let manifest = try Fixtures.manifest(count: 1)
            try await sender.send(
                WireMessage.openStudy(WireMessage.OpenStudy(study: 1, manifest: manifest.statement, sealedKey: nil)).encoded())
            guard case .studyOpened = try await receiver.nextEvent() else { throw MemoryTransport.Failure() }
            try await receiver.admit(StudyAdmission(complete: [0]))
        }

        /// Repeats what is here already, as the first flight may, again and again. Returns how many messages the receiver let it send.
        func repeatInstance(_ count: Int) -> (counter: Counter, task: Task<Void, any Error>) {
            let counter = Counter()
            let task = Task { [sender] in
                let bytes = Array(repeating: UInt8(1), count: 1_000)
                for _ in 0..<count {
                    try await sender.send(WireMessage.instanceHeader(study: 1, Fixtures.header(0, bytes)).encoded())
                    try await sender.send(WireMessage.chunk(.init(study: 1, index: 0, offset: 0, bytes: bytes)).encoded())
                    await counter.add(2)
                }
            }
            return (counter, task)
        }
    }

    private actor Counter {
        var count = 0
        func add(_ more: Int) { count += more }
    }

    @Test func answersDoNotPileUpForASenderThatNeverReads() async throws {
        let meeting = try await Meeting()
        try await meeting.open()
        let (counter, flood) = meeting.repeatInstance(5_000)
        let serving = Task { try await meeting.receiver.nextEvent() }
        // All that is taken at once is taken while it gets on.
        while await counter.count <= 16 { await Task.yield() }
        await letOthersRun(5_000)
        let taken = await counter.count
        // 16 answers in the connection, 16 waiting for it, each to a header and a chunk; 16 messages on their way here.
        #expect(taken > 16 && taken < 120, "\(taken) messages were taken")
        // Waiting for the sender to read does not keep anybody from stopping.
        serving.cancel()
        await #expect(throws: CancellationError.self) { try await serving.value }
        flood.cancel()
        await meeting.receiver.abort(.shuttingDown, "enough")
    }

    @Test func repeatedInstancesAreServedToASenderThatReads() async throws {
        let meeting = try await Meeting()
        try await meeting.open()
        let (counter, flood) = meeting.repeatInstance(500)
        let reading = Task { while try await meeting.sender.receive() != nil {} }
        let serving = Task { try await meeting.receiver.nextEvent() }
        try await flood.value
        #expect(await counter.count == 1_000)
        serving.cancel()
        reading.cancel()
    }

    @Test func peerThatTakesNothingCountsAsSilent() async throws {
        let clock = ManualClock()
        let meeting = try await Meeting(timing: SessionTiming(clock: clock))
        try await meeting.open()
        // It says something all the time, and reads nothing.
        let (_, flood) = meeting.repeatInstance(5_000)
        let passing = Task { while !Task.isCancelled { await clock.pass(.seconds(10)) } }
        await expect(.peerSilent) { try await meeting.receiver.nextEvent() }
        passing.cancel()
        flood.cancel()
    }

    @Test func programThatWaitsForItsAnswerToBeTakenLearnsThatThePeerIsDeaf() async throws {
        let clock = ManualClock()
        let meeting = try await Meeting(timing: SessionTiming(clock: clock))
        let passing = Task { while !Task.isCancelled { await clock.pass(.seconds(10)) } }
        defer { passing.cancel() }
        await expect(.peerSilent) {
            while true { try await meeting.receiver.grant(bytes: 1) }
        }
    }

    /// Its peer is gone: closing takes far longer than a test.
    private struct LingeringTransport: MessageTransport {
        let transport: MemoryTransport
        var peerCertificateDER: [UInt8] { transport.peerCertificateDER }

        func send(_ message: Message) async throws { try await transport.send(message) }
        func receive() async throws -> Message? { try await transport.receive() }
        func close() async -> Bool {
            try? await Task.sleep(for: .seconds(3_600))
            return await transport.close()
        }
        func exporter(label: String, context: [UInt8], length: Int) throws -> [UInt8] {
            try transport.exporter(label: label, context: context, length: length)
        }
    }

    @Test func abortedSessionIsLeftAtOnceAlsoWhenThePeerIsGone() async throws {
        let meeting = try await Meeting { LingeringTransport(transport: $0) }
        let waiting = Task { try await meeting.receiver.nextEvent() }
        await letOthersRun()
        let aborting = Task { await meeting.receiver.abort(.refused, "the sender has connected again") }
        await expect(.ended) { try await waiting.value }
        await expect(.ended) { try await meeting.receiver.nextEvent() }
        aborting.cancel()
    }

    @Test func refusedSenderLearnsWhyAndMayComeAgain() async throws {
        let transports = MemoryTransport.pair(sender: People.clinic, receiver: People.radiologist)
        async let refusal: Void = Session.refuse(transports.receiver, .refused, "16 sessions are open")
        let error = await expect(.peerAborted) {
            _ = try await Session.initiate(
                over: transports.sender, identity: People.clinic, peer: Fixtures.peer(People.radiologist),
                roles: .source(Fixtures.capabilities))
        }
        #expect(error?.abortCode == .refused)
        #expect(error?.reason.contains("16 sessions are open") == true)
        await refusal
    }
}
