import Crypto
import Foundation

/// A receiver's session with one sender.
///
/// ```swift
/// let session = try await ReceiverSession.accept(over: connection, identity: identity, trust: trust, policy: policy)
/// while let event = try await session.nextEvent() {
///     switch event {
///     case .studyOpened: try await session.admit(.fresh)
///     case .chunk(_, _, let bytes): …; try await session.grant(bytes: bytes.count)
///     case .instanceArrived(let index): …; try await session.acknowledge(index, outcome)
///     case .studySent: …; try await session.completeStudy()
///     default: …
///     }
/// }
/// ```
///
/// Events are pulled: what is not asked for stays in the transport, so nothing piles up here. Acknowledging and granting may happen
/// from other tasks, in any order. The first error ends the session; from then on every call throws it. `misuse` on this side
/// changes nothing.
public actor ReceiverSession {
    /// What the greeting settled.
    public nonisolated let agreement: Agreement

    private let link: SessionLink
    private var state: ReceiverState
    private var failure: ProtocolError?
    private var events: [ReceiverEvent] = []
    private var isPulling = false

    /// Waits for the sender's greeting and answers it. A sender without a trusted card is turned away before anything it says is read.
    ///
    /// - Throws: ``ProtocolError``: `notTrusted`, `badSignature`, `versionMismatch`, `noCommonCapability`, `peerSilent`, `cut`,
    ///   `peerAborted`, `protocolViolation`; `CancellationError`. The transport is closed then.
    public static func accept(
        over transport: any MessageTransport, identity: Identity, trust: TrustStore, policy: ReceiverPolicy,
        timing: SessionTiming = SessionTiming()
    ) async throws -> ReceiverSession {
        let link = SessionLink(transport)
        let (agreement, state) = try await Greeting.withDeadline(link, timing.greeting) {
            let binding = try ChannelBinding.ofReceiver(identity, transport)
            let handshake = try ReceiverHandshake(
                identity: identity, trust: trust, certificateDER: transport.peerCertificateDER, policy: policy, binding: binding)
            return try await greet(link, handshake)
        }
        link.watch(silence: timing.silence)
        return ReceiverSession(link: link, agreement: agreement, state: state)
    }

    private static func greet(_ link: SessionLink, _ handshake: ReceiverHandshake) async throws -> (Agreement, ReceiverState) {
        var state = ReceiverState.greeting(handshake)
        while true {
            guard let message = try await link.receive(envelopeLimit: WireMessage.greetingByteCount) else { throw ProtocolError.closed }
            var agreed: Agreement?
            for output in try state.receive(message) {
                if case .transmit(let answer) = output { try await link.transmit(answer).value }
                if case .agreed(let agreement) = output { agreed = agreement }
            }
            if let agreed { return (agreed, state) }
        }
    }

    private init(link: SessionLink, agreement: Agreement, state: ReceiverState) {
        self.link = link
        self.agreement = agreement
        self.state = state
    }

    deinit {
        let link = link
        Task { await link.close() }
    }

    /// The next thing that happened; suspends until something does. `nil` when the sender has said goodbye. One call at a time.
    ///
    /// - Throws: ``ProtocolError``; `CancellationError`, after which it may be called again.
    public func nextEvent() async throws -> ReceiverEvent? {
        guard !isPulling else { throw ProtocolError.misuse("somebody else is waiting for the next event") }
        isPulling = true
        defer { isPulling = false }
        while events.isEmpty {
            if let failure { throw failure }
            if hasEnded { return nil }
            // What comes behind a study that was opened in the first flight is about its instances: somebody has to want them.
            if case .deciding = state { throw ProtocolError.misuse("the study has to be admitted first") }
            do {
                try await pull()
            } catch let error as ProtocolError {
                throw await finish(error)
            }
        }
        return events.removeFirst()
    }

    private func pull() async throws {
        // What has come is answered before more is taken. The sender's side reads answers while it sends, so neither waits for the other.
        try await link.waitUntilAnswersAreFew()
        guard let message = try await link.receive() else { throw ProtocolError.closed }
        guard !hasEnded else { return }
        var hasLeft = false
        for output in try state.receive(message) {
            switch output {
            case .event(let event): events.append(event)
            case .peerLeft: hasLeft = true
            case .transmit(let message): link.transmit(message)
            case .agreed, .acknowledged, .completed: break
            }
        }
        if hasLeft { await link.close() }
    }

    /// Answers `studyOpened`: what is already here need not come again.
    public func admit(_ admission: StudyAdmission = .fresh) async throws {
        try await perform(.admit(admission))
    }

    /// Gives credit back for bytes that were dealt with: written, or let go.
    public func grant(bytes: Int) async throws {
        try await perform(.grant(bytes))
    }

    /// Signs and sends what became of an instance that arrived, came damaged, or was here before.
    ///
    /// - Throws: ``ProtocolError``: `misuse` when there is nothing to acknowledge, `receiptInvalid` when `outcome` claims the same bytes
    ///   with another digest than the manifest's.
    @discardableResult
    public func acknowledge(_ index: Int, _ outcome: InstanceOutcome, date: Date = Date()) async throws -> InstanceReceipt {
        for case .acknowledged(let receipt) in try await perform(.acknowledge(index: index, outcome, date)) { return receipt }
        throw ProtocolError.misuse("nothing was acknowledged")
    }

    /// Signs and sends the study's receipt, after `studySent` and when every instance is acknowledged.
    @discardableResult
    public func completeStudy(date: Date = Date()) async throws -> StudyReceipt {
        for case .completed(let receipt) in try await perform(.completeStudy(date)) { return receipt }
        throw ProtocolError.misuse("nothing was completed")
    }

    /// Leaves. With a study open, tells the sender that the rest has to wait for another session.
    public func end() async {
        if state.isIdle, (try? await perform(.leave)) != nil {
            await link.close()
        } else {
            await abort(.shuttingDown, "the receiver stopped in the middle of a study")
        }
    }

    /// Ends the session at once and tells the sender why. Nothing secret belongs into `reason`.
    public func abort(_ code: AbortCode, _ reason: String) async {
        guard failure == nil, !hasEnded else { return }
        state = .ended
        events = []
        let error = ProtocolError(.ended, "this side ended the session: \(reason)")
        failure = error
        // Whoever waits for an event need not wait for the leave-taking, which takes seconds when the peer is gone.
        link.stopReceiving(error)
        await link.abort(code, reason)
    }

    /// Tells a sender why it is not served, before anything that it says is read, and closes.
    ///
    /// - Parameter patience: how long it may take to get that out.
    public static func refuse(
        _ transport: any MessageTransport, _ code: AbortCode, _ reason: String, patience: Duration = .seconds(2)
    ) async {
        let refusal = Task { await SessionLink(transport).abort(code, reason) }
        let timer = Task {
            guard (try? await Task.sleep(for: patience)) != nil else { return }
            refusal.cancel()
        }
        await refusal.value
        timer.cancel()
    }

    private var hasEnded: Bool {
        if case .ended = state { true } else { false }
    }

    @discardableResult
    private func perform(_ command: ReceiverState.Command) async throws -> [ReceiverState.Output] {
        if let failure { throw failure }
        let outputs = try state.perform(command)
        for case .transmit(let message) in outputs {
            let transmission = link.transmit(message)
            do {
                try await transmission.value
            } catch {
                throw await endOfConnection(.cut(error))
            }
        }
        return outputs
    }

    /// The connection takes no more. If the sender has said why, that is the better error.
    private func endOfConnection(_ error: ProtocolError) async -> ProtocolError {
        // Whoever waits for an event meets the end, too, and finds out.
        guard !isPulling else { return failure ?? error }
        isPulling = true
        defer { isPulling = false }
        while let message = try? await link.receive() {
            if case .abort(let code, let reason) = message { return await finish(.aborted(code, reason)) }
        }
        return await finish(error)
    }

    /// Ends the session. Returns the error that ended it first.
    private func finish(_ error: ProtocolError) async -> ProtocolError {
        if let failure { return failure }
        failure = error
        state = .ended
        if let code = AbortCode(for: error) {
            await link.abort(code, error.reason)
        } else {
            await link.close()
        }
        return error
    }
}
