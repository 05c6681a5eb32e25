import Basics
import Testing

@testable import Protocol

/// What a sender learns of a link before it has anything to send, and what it spends on that.
@Suite struct LinkProbeTests {
    /// Probes a link of this rate and round trip.
    ///
    /// - Parameter pauses: seconds that the machine adds to each try, one after the other.
    private func probe(
        bytesPerSecond: Double, roundTrip: Double, pauses: [Double] = []
    ) -> (rate: Double?, bytes: Int, seconds: Double) {
        var probe = LinkProbe()
        var pauses = pauses[...]
        var (bytes, seconds) = (0, 0.0)
        while let count = probe.nextByteCount {
            let time = roundTrip + Double(count) / bytesPerSecond + (pauses.popFirst() ?? 0)
            bytes += count
            seconds += time
            probe.took(time)
        }
        return (probe.bytesPerSecond, bytes, seconds)
    }

    @Test(arguments: [0.5e6, 1.25e6, 12.5e6, 125e6, 1e9], [0.000_05, 0.000_5, 0.003])
    func nearLinksAreMeasured(bytesPerSecond: Double, roundTrip: Double) throws {
        let result = probe(bytesPerSecond: bytesPerSecond, roundTrip: roundTrip)
        let rate = try #require(result.rate)
        // Never more than the link has by much: what is taken for fast is sent without compression.
        #expect(rate < 2 * bytesPerSecond)
        // What half a round trip hides is no less than this.
        #expect(rate > min(bytesPerSecond, Double(240 << 10) / (2 * roundTrip)) / 2)
        #expect(result.seconds < 0.1)
    }

    @Test(arguments: [0.005, 0.01, 0.3, 2]) func distantLinksAreNot(roundTrip: Double) {
        let result = probe(bytesPerSecond: 12.5e6, roundTrip: roundTrip)
        #expect(result.rate == nil)
        #expect(result.bytes == 0)
        #expect(result.seconds <= max(roundTrip, 0.02))
    }

    @Test func aSlowLinkIsSparedTheLargeProbe() {
        #expect(probe(bytesPerSecond: 0.5e6, roundTrip: 0.000_2).bytes == 32 << 10)
    }

    /// A moment in which the machine does something else is not the link's.
    @Test func oneBusyMomentIsForgiven() throws {
        let first = probe(bytesPerSecond: 400e6, roundTrip: 0.000_2, pauses: [0.006])
        #expect(try #require(first.rate) > 100e6)
        let last = probe(bytesPerSecond: 400e6, roundTrip: 0.000_2, pauses: [0, 0, 0.01, 0.01])
        #expect(try #require(last.rate) > 100e6)
    }

    // MARK: In a session

    @Test(.timeLimit(.minutes(1))) func aSessionMeasuresWithoutAStudy() async throws {
        let pair = try await SessionPair.connect()
        let serving = Task { try await TestReceiver().run(pair.receiver) }
        // The greeting of a busy machine may look distant; that is no failure.
        if let rate = try await pair.sender.probedRate() { #expect(rate > 0) }
        let stego = Array(repeating: UInt8(3), count: 100_000)
        _ = try await pair.sender.openStudy(Fixtures.manifest(count: 1), studyKey: Fixtures.studyKey())
        _ = try await pair.sender.probedRate()
        try await pair.sender.send(Fixtures.header(0, stego), stego)
        #expect(try await pair.sender.finishStudy().tally.isComplete)
        await pair.sender.end()
        #expect(try await serving.value.received[0] == stego)
    }

    @Test(.timeLimit(.minutes(1))) func aReceiverThatDoesNotKnowProbesIsSentNone() async throws {
        let roles = SessionRoles.sink(
            Capabilities(codecs: Fixtures.capabilities.codecs, methods: Fixtures.capabilities.methods))
        let pair = try await SessionPair.connect(roles: roles)
        #expect(try await pair.sender.probedRate() == nil)
        await pair.sender.end()
    }

    @Test func answersComeInOrderAndOnce() throws {
        var pair = try StatePair()
        // The answers come by themselves.
        for _ in 1...3 { try pair.probe(1_000) }
        for number: UInt32 in [0, 2, 3, 4] {
            var sender = pair.sender
            #expect(throws: ProtocolError.self) { try sender.receive(.probeAnswer(number: number)) }
        }
        #expect(throws: ProtocolError.self) { try pair.sender.perform(.probe(byteCount: LinkProbe.messageBytes + 1)) }
        _ = try pair.open(1)
        try pair.probe(LinkProbe.messageBytes)
        try pair.probe(0)
    }

    @Test func nobodyIsProbedBeforeTheGreeting() throws {
        let handshake = try InitiatorHandshake(
            identity: People.clinic, peer: Fixtures.peer(People.radiologist), roles: .source(Fixtures.capabilities),
            binding: Fixtures.binding)
        var sender = SessionState(handshake)
        #expect(throws: ProtocolError.self) { try sender.perform(.probe(byteCount: 0)) }
        let home = try TemporaryHome()
        var receiver = SessionState(
            try ResponderHandshake(
                identity: People.radiologist, trust: home.trust(People.clinic), certificateDER: People.clinic.certificateDER,
                roles: Fixtures.sink, binding: Fixtures.binding))
        #expect(throws: ProtocolError.self) { try receiver.receive(.probe(number: 1, byteCount: 0)) }
    }
}
