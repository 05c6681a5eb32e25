/// A session: its greeting, its two directions, its end. No input or output happens here.
///
/// Messages go to the direction that they belong to by their kind: what only a source says goes to the own sink, what only a sink says to
/// the own source. So nothing that the peer says of one direction can be taken for the other.
///
/// Drawn in `docs/protocol/states.md`. A message that the peer may not send in a state is a violation, which ends the session, both
/// directions of it. A call that the own program may not make is a misuse, which changes nothing.
struct SessionState: Sendable {
    private enum Phase: Sendable {
        /// This side has said `Hello`, and awaits the `Welcome`.
        case hailing(InitiatorHandshake)
        /// The peer's certificate is trusted, its `Hello` is awaited.
        case answering(ResponderHandshake)
        case talking(Agreement)
        case ended
    }

    /// A request of the own program.
    enum Command {
        case source(SourceState.Command)
        case sink(SinkState.Command)
        /// Opens no more studies in this session.
        case noMoreStudies
        /// Asks how long so many bytes take, at most ``LinkProbe/messageBytes``.
        case probe(byteCount: Int)
        case leave
    }

    /// An action that a step calls for.
    enum Output: Sendable {
        case transmit(WireMessage)
        case agreed(Agreement)
        /// Never ``SourceState/Output/transmit(_:)``.
        case source(SourceState.Output)
        /// Never ``SinkState/Output/transmit(_:)``.
        case sink(SinkState.Output)
        /// The peer opens no more studies in this session.
        case peerHasNoMore
        /// The peer has answered the probe of this number.
        case probed(UInt32)
        case peerLeft
    }

    private var phase: Phase
    private let understood: Set<AttributeName>
    private(set) var source: SourceState
    private(set) var sink: SinkState
    private var hasSaidNoMore = false
    private(set) var hasHeardNoMore = false
    /// Probes of this side that were sent and answered.
    private var probes: (sent: UInt32, answered: UInt32) = (0, 0)

    /// At the side that dialled. The `Hello` is on its way.
    init(_ handshake: InitiatorHandshake, understood: Set<AttributeName> = []) {
        phase = .hailing(handshake)
        self.understood = understood
        source = .greeting
        sink = .ended
    }

    /// At the side that was dialled.
    init(_ handshake: ResponderHandshake, understood: Set<AttributeName> = []) {
        phase = .answering(handshake)
        self.understood = understood
        source = .greeting
        sink = .ended
    }

    var hasEnded: Bool {
        if case .ended = phase { true } else { false }
    }

    /// No study is open in either direction.
    var isIdle: Bool { !isGreeting && source.isIdle && sink.isIdle }

    /// Whether the peer may still open a study.
    var mayHearOfStudies: Bool {
        if case .talking(let agreement) = phase { agreement.incoming != nil && !hasHeardNoMore } else { false }
    }

    /// Nothing will come any more that a sink's program has to know.
    var isSinkDone: Bool { !isGreeting && sink.isIdle && !mayHearOfStudies }

    private var isGreeting: Bool {
        switch phase {
        case .hailing, .answering: true
        case .talking, .ended: false
        }
    }

    /// Ends the session without a word.
    mutating func end() {
        phase = .ended
        source = .ended
        sink = .ended
    }

    // MARK: The own program

    /// Does what the own program wants. An error has changed nothing.
    mutating func perform(_ command: Command) throws(ProtocolError) -> [Output] {
        switch command {
        case .source(.offer(let manifest, let studyKey)):
            guard case .hailing = phase else { throw .misuse("offer a study while \(name)") }
            return try source.perform(.offer(manifest, studyKey)).map(Output.init)
        case .source(.open(let manifest, let studyKey)):
            guard !hasSaidNoMore else { throw .misuse("open a study after it was said that there are no more") }
            return try source.perform(.open(manifest, studyKey)).map(Output.init)
        case .source(let command): return try source.perform(command).map(Output.init)
        case .sink(let command): return try sink.perform(command).map(Output.init)
        case .noMoreStudies:
            guard case .talking = phase, !hasSaidNoMore else { throw .misuse("say that there are no more studies while \(name)") }
            hasSaidNoMore = true
            return [.transmit(.noMoreStudies)]
        case .probe(let byteCount):
            guard case .talking = phase else { throw .misuse("probe the link while \(name)") }
            guard (0...LinkProbe.messageBytes).contains(byteCount) else { throw .misuse("a probe of \(byteCount) bytes") }
            probes.sent += 1
            return [.transmit(.probe(number: probes.sent, byteCount: byteCount))]
        case .leave:
            guard case .talking = phase, isIdle else { throw .misuse("leave while \(name)") }
            end()
            return [.transmit(.goodbye)]
        }
    }

    // MARK: The peer

    /// Takes a message of the peer. Any error has ended the session.
    mutating func receive(_ message: WireMessage) throws(ProtocolError) -> [Output] {
        do throws(ProtocolError) {
            return try respond(to: message)
        } catch {
            end()
            throw error
        }
    }

    private mutating func respond(to message: WireMessage) throws(ProtocolError) -> [Output] {
        if case .abort(let code, let reason) = message { throw .aborted(code, reason) }
        if case .keepAlive = message { return [] }
        switch phase {
        case .hailing(let handshake):
            guard case .welcome(let greeting) = message else { throw unexpected(message) }
            return try agree(handshake.finish(greeting), handshake.identity)
        case .answering(let handshake):
            guard case .hello(let greeting) = message else { throw unexpected(message) }
            let answer = try handshake.answer(greeting)
            return [.transmit(.welcome(answer.greeting))] + (try agree(answer.greeted, handshake.identity))
        case .talking(let agreement): return try hear(message, agreement)
        case .ended: throw unexpected(message)
        }
    }

    private mutating func agree(_ greeted: Greeted, _ identity: Identity) throws(ProtocolError) -> [Output] {
        let outputs = try source.agree(greeted).map(Output.init)
        sink = SinkState(SinkAccount(identity: identity, greeted, understood: understood))
        phase = .talking(greeted.agreement)
        return outputs + [.agreed(greeted.agreement)]
    }

    private mutating func hear(_ message: WireMessage, _ agreement: Agreement) throws(ProtocolError) -> [Output] {
        switch message.destination {
        case .source:
            guard agreement.outgoing != nil else { throw unexpected(message) }
            return try source.receive(message).map(Output.init)
        case .sink:
            guard agreement.incoming != nil else {
                guard case .openStudy(let open) = message, open.sealedKey == nil else { throw unexpected(message) }
                // Opened in the first flight, before the peer could know.
                throw ProtocolError(.noCommonCapability, "this side takes no studies", subject: agreement.peer.name.text)
            }
            if case .openStudy = message, hasHeardNoMore { throw .violation("a study after it was said that there are no more") }
            return try sink.receive(message).map(Output.init)
        case .session: break
        }
        switch message {
        case .noMoreStudies:
            guard !hasHeardNoMore else { throw unexpected(message) }
            hasHeardNoMore = true
            return [.peerHasNoMore]
        // Answered at once, whatever the state: what it asks for is how long its bytes take.
        case .probe(let number, _): return [.transmit(.probeAnswer(number: number))]
        case .probeAnswer(let number):
            // In their order, each once.
            guard probes.answered < probes.sent, number == probes.answered + 1 else {
                throw .violation("an answer to a probe that was not sent")
            }
            probes.answered = number
            return [.probed(number)]
        case .goodbye:
            // A study that it has not heard of has crossed the goodbye: nobody's fault, and the study was not begun.
            guard sink.isIdle, source.isUnheard else { throw unexpected(message) }
            end()
            return [.peerLeft]
        default: throw unexpected(message)
        }
    }

    private var name: String {
        switch phase {
        case .hailing, .answering: "greeting"
        case .talking: source.isIdle ? sink.name : source.name
        case .ended: "ended"
        }
    }

    private func unexpected(_ message: WireMessage) -> ProtocolError {
        .violation("\(message.name) while \(name)")
    }
}

extension SessionState.Output {
    init(_ output: SourceState.Output) {
        if case .transmit(let message) = output { self = .transmit(message) } else { self = .source(output) }
    }

    init(_ output: SinkState.Output) {
        if case .transmit(let message) = output { self = .transmit(message) } else { self = .sink(output) }
    }
}
