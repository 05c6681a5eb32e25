import Basics
public import Concurrency

/// An initiator's session from its first word to the responder's `Welcome`.
struct SessionOpening: Sendable {
    private let link: SessionLink
    var state: SessionState
    var estimate = LinkEstimate()
    var outgoing = OutgoingStudy()
    private let begin = ContinuousClock.now
    /// Seconds from the first word to the `Welcome`.
    private(set) var greetingSeconds = Double.infinity

    init(_ link: SessionLink, _ handshake: InitiatorHandshake, understood: Set<AttributeName>) {
        self.link = link
        state = SessionState(handshake, understood: understood)
    }

    /// Says everything that can be said without an answer. Nothing is waited for: when the peer turns us away, its reason is better
    /// than "the connection broke while sending".
    mutating func speak(_ hello: SignedGreeting, _ flight: FirstFlight?) throws(ProtocolError) {
        link.transmit(.hello(hello))
        guard let flight else { return }
        try perform(.offer(flight.manifest, flight.studyKey))
        outgoing.offered = flight.manifest.digest
        for instance in flight.instances {
            guard outgoing.unfinished == nil, try begin(instance) else { return }
        }
    }

    /// Sends as much of an instance as the first flight's credit covers. Returns whether it was one for the first flight.
    private mutating func begin(_ instance: FirstFlight.Instance) throws(ProtocolError) -> Bool {
        let header = instance.header
        guard let flow = state.source.flow, flow.credit > 0, header.offset == 0, header.byteCount <= flow.limits.instanceBytes,
            UInt64(instance.bytes.count) == header.byteCount
        else { return false }
        try perform(.begin(header))
        outgoing.early[header.index] = header
        var offset = 0
        while offset < instance.bytes.count, let flow = state.source.flow, flow.credit > 0 {
            let count = min(flow.limits.chunkBytes, flow.credit, instance.bytes.count - offset)
            try perform(.chunk(Array(instance.bytes[offset..<offset + count])))
            estimate.sent(total: flow.sent + UInt64(count), at: .now)
            offset += count
        }
        outgoing.unfinished = offset < instance.bytes.count ? instance : nil
        return true
    }

    private mutating func perform(_ command: SourceState.Command) throws(ProtocolError) {
        for case .transmit(let message) in try state.perform(.source(command)) { link.transmit(message) }
    }

    /// Waits for the `Welcome`.
    mutating func awaitWelcome() async throws -> Agreement {
        while true {
            guard let message = try await link.receive(envelopeLimit: WireMessage.greetingByteCount) else { throw ProtocolError.closed }
            var agreed: Agreement?
            for output in try state.receive(message) {
                if case .transmit(let answer) = output { link.transmit(answer) }
                if case .agreed(let agreement) = output { agreed = agreement }
            }
            if let agreed {
                greetingSeconds = (ContinuousClock.now - begin).inSeconds
                return agreed
            }
        }
    }
}

/// The times that a session waits for the other side, and the clock that measures them.
public struct SessionTiming: Sendable {
    /// For the whole greeting. Default 30 s.
    public var greeting: Duration
    /// Without any message, or without the peer's taking any byte of what waits to be sent, before it counts as gone. Each side sends a `KeepAlive` at least every third of its own value,
    /// so both should use about the same. Default 60 s.
    public var silence: Duration
    /// Measures both.
    public var clock: any MonotonicClock

    public init(
        greeting: Duration = .seconds(30), silence: Duration = .seconds(60), clock: any MonotonicClock = ContinuousClock()
    ) {
        self.greeting = greeting
        self.silence = silence
        self.clock = clock
    }
}

/// Runs `work`, and cancels it when it takes longer than `patience`; returns when it has ended.
func cancelling<Result: Sendable>(
    after patience: Duration, clock: any MonotonicClock = ContinuousClock(), _ work: @escaping @Sendable () async -> Result
) async -> Result {
    let working = Task { await work() }
    let timer = Task {
        guard (try? await clock.sleep(for: patience)) != nil else { return }
        working.cancel()
    }
    defer { timer.cancel() }
    return await working.value
}
