import Basics
import Concurrency
import Crypto
import SecureChannel

/// A session with one peer over one connection: a greeting, then studies in up to two directions, each at its own pace, then a goodbye.
///
/// Who dialled has nothing to do with who sends: what the ``Agreement`` has under `outgoing` this side may send, what it has under
/// `incoming` it may be sent. Both run at once; each direction has one study open at a time.
///
/// ```swift
/// let session = try await Session.initiate(over: connection, identity: identity, peer: peer, roles: roles)
/// async let taken: Void = take(session)            // while let event = try await session.nextEvent() { … }
/// let standing = try await session.openStudy(manifest, studyKey: studyKey)
/// for (header, bytes) in instances where standing[header.index] == nil {
///     try await session.send(header, bytes)
/// }
/// let receipt = try await session.finishStudy()
/// try await session.noMoreStudies()
/// try await taken                                  // ends when the peer has no more either
/// await session.end()
/// ```
///
/// Receipts arrive while sending goes on: take them with ``receipts()`` in a task of their own. Events of the studies that come are
/// pulled with ``nextEvent()``, in a task of their own where both directions are in use. What is not asked for stays in the transport, but
/// for the little that answers to this side's own studies may stand behind.
///
/// The first error of the session ends it, both directions; from then on every call throws it. `misuse` and `limitExceeded` on this side change nothing.
/// `studyEnded` ends a study; the next one may be opened.
public actor Session {
    /// The agreement that the greeting came to.
    public nonisolated let agreement: Agreement

    let link: SessionLink
    private let role: HandshakeRole
    var state: SessionState {
        didSet {
            guard state.sink.isIdle else { return }
            placeOfManifest = nil
            headExpander = nil
        }
    }
    var failure: ProtocolError?
    var reader: Task<Void, Never>?
    /// Lets the reader look again whether the next message is wanted.
    let readerWakeUps = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    /// Sending has failed; the reader finds out why.
    var isBroken = false
    let change = ChangeNotice()

    // What this side sends: Session+Sending.swift

    var outgoing: OutgoingStudy
    /// Calls that send wait here for their turn, first come, first served.
    var turns: [UInt64] = []
    var nextTurn: UInt64 = 0
    /// Receipts that nobody has taken yet; never more than instances were announced.
    var pendingReceipts = Queue<InstanceReceipt>()
    var estimate: LinkEstimate

    // What this side asks of the link: LinkProbe.swift

    /// The number of the last probe that has arrived.
    var probed: UInt32 = 0
    /// Seconds from this side's first word to the peer's answer; infinite at the side that answered.
    let greetingSeconds: Double

    // What this side takes: Session+Taking.swift

    /// Messages for this side's sink that its program has not asked for yet.
    var inbox = MessageInbox()
    var events: [SinkEvent] = []
    var isPulling = false
    /// Where manifests of the peer find room; `nil` where nothing bounds it.
    let room: (any ManifestRoom)?
    /// Of the open study.
    var placeOfManifest: (any ManifestPlace)?
    /// The maker of whole heads from short ones; `nil` where none may come.
    let heads: (any HeadExpansion)?
    /// The open study's, once its key is there.
    var headExpander: (any HeadExpander)?

    init(
        _ link: SessionLink, _ role: HandshakeRole, _ agreement: Agreement, _ state: SessionState, _ opening: SessionOpening? = nil,
        room: (any ManifestRoom)? = nil, heads: (any HeadExpansion)? = nil
    ) {
        self.link = link
        self.room = room
        self.heads = heads.flatMap { agreement.capabilities.features.contains($0.feature) ? $0 : nil }
        self.role = role
        self.agreement = agreement
        self.state = state
        outgoing = opening?.outgoing ?? OutgoingStudy()
        estimate = opening?.estimate ?? LinkEstimate()
        greetingSeconds = opening?.greetingSeconds ?? .infinity
    }

    deinit {
        reader?.cancel()
        readerWakeUps.continuation.finish()
        let link = link
        Task { await link.close() }
    }
}

// MARK: Ends

extension Session {
    /// Whether nothing can be sent or taken any more.
    public var isOver: Bool { failure != nil || state.hasEnded }

    /// Says that this side opens no more studies. The session goes on until the peer has none either, and one of them leaves.
    public func noMoreStudies() async throws {
        try await perform(.noMoreStudies)
    }

    /// Leaves. With a study open in either direction, tells the peer that the rest has to wait for another session.
    public func end() async {
        guard state.isIdle, (try? await perform(.leave)) != nil else {
            return await abort(.shuttingDown, "it stopped in the middle of a study")
        }
        change.post()
        reader?.cancel()
        switch role {
        // Nothing is open: nothing remains that an answer could tell.
        case .initiator: await link.leave()
        case .responder: await link.close()
        }
    }

    /// Ends the session at once and tells the peer why. Nothing secret belongs into `reason`.
    public func abort(_ code: AbortCode, _ reason: String) async {
        guard failure == nil, !state.hasEnded else { return }
        let error = ProtocolError(.ended, "this side ended the session: \(reason)")
        endAll(error)
        // Whoever waits for the peer need not wait for the leave-taking, which takes seconds when the peer is gone.
        link.stopReceiving(error)
        await link.abort(code, reason)
    }

    /// Tells a peer why it is not served, before anything that it says is read, and closes.
    ///
    /// - Parameter patience: how long it may take to get that out.
    public static func refuse(
        _ transport: any MessageTransport, _ code: AbortCode, _ reason: String, patience: Duration = .seconds(2)
    ) async {
        await cancelling(after: patience) { await SessionLink(transport).abort(code, reason) }
    }

    private func endAll(_ error: ProtocolError) {
        failure = error
        state.end()
        inbox = MessageInbox()
        events = []
        placeOfManifest = nil
        change.post()
        readerWakeUps.continuation.finish()
    }

    /// Ends the session with an error. Returns the error that ended it first.
    @discardableResult
    func finish(_ error: ProtocolError) async -> ProtocolError {
        if let failure { return failure }
        // The connection closes after the goodbye: that is how it should be.
        if state.hasEnded, error.code == .cut {
            change.post()
            return error
        }
        switch error.code {
        case .cut, .peerAborted, .peerSilent:
            // What came before is still for the sink's program to take.
            failure = error
            change.post()
            readerWakeUps.continuation.finish()
        default: endAll(error)
        }
        link.stopReceiving(error)
        if let code = AbortCode(for: error) {
            await link.abort(code, error.reason)
        } else {
            await link.close()
        }
        return error
    }
}
