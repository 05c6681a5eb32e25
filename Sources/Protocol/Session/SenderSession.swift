import Crypto
import SecureChannel

/// A sender's session with one receiver: studies, one after another, instance by instance, under the receiver's credit.
///
/// ```swift
/// let session = try await SenderSession.begin(over: connection, identity: identity, peer: peer, capabilities: capabilities)
/// let standing = try await session.openStudy(manifest, studyKey: studyKey)
/// for (header, bytes) in instances where standing[header.index] == nil {
///     try await session.send(header, bytes)
/// }
/// let receipt = try await session.finishStudy()
/// await session.end()
/// ```
///
/// Receipts arrive while sending goes on: take them with ``receipts()`` in a task of their own.
/// How much is under way, and in how large chunks, follows what the session measures of the link; see ``linkMeasure``.
/// The first error ends the session; from then on every call throws it. `misuse` and `limitExceeded` on this side change nothing.
public actor SenderSession {
    /// What the greeting settled.
    public nonisolated let agreement: Agreement

    private let link: SessionLink
    private var state: SenderState
    private var failure: ProtocolError?
    private var reader: Task<Void, Never>?
    private var change = ChangeSignal()
    /// Calls that send wait here for their turn, first come, first served.
    private var turns: [UInt64] = []
    private var nextTurn: UInt64 = 0
    /// Receipts that nobody has taken yet; never more than instances were announced.
    private var pendingReceipts = Queue<InstanceReceipt>()
    private var standing: StudyStanding?
    private var studyReceipt: StudyReceipt?
    private var estimate: LinkEstimate
    /// Digest of the first flight's manifest until its study is asked for.
    private var offered: ContentDigest?
    /// Headers of the first flight's instances.
    private var early: [Int: InstanceHeader]
    /// The first flight's instance whose rest is still to be sent.
    private var unfinished: FirstFlight.Instance?
    /// The last probe that has arrived.
    private var probed: UInt32 = 0
    /// Seconds from the first word to the receiver's answer.
    private let greetingSeconds: Double

    /// Greets the receiver and agrees on the terms.
    ///
    /// - Parameter firstFlight: The study that comes first, with its first instances: they travel while the greeting does. Ask for the same study
    ///   with ``openStudy(_:studyKey:)`` and send the same instances with ``send(_:_:)`` afterwards, as if there had been none; what has gone
    ///   already does not go again. Give instances only for a study of which nothing was ever sent.
    /// - Throws: ``ProtocolError``: `wrongPeer`, `badSignature`, `versionMismatch`, `noCommonCapability`, `peerAborted`,
    ///   `peerSilent`, `cut`, `protocolViolation`; `ChannelError` `refusedByPeer` or `turnedAway` when the connection was made without
    ///   waiting for the receiver's acceptance and there was none; `CancellationError`. The transport is closed then.
    public static func begin(
        over transport: any MessageTransport, identity: Identity, peer: TrustedPeer, capabilities: Capabilities,
        timing: SessionTiming = SessionTiming(), firstFlight: FirstFlight? = nil
    ) async throws -> SenderSession {
        let link = SessionLink(transport)
        let begin = ContinuousClock.now
        let (agreement, opening) = try await Greeting.withDeadline(link, timing.greeting) {
            let binding = try ChannelBinding.ofSender(identity, transport)
            let handshake = try SenderHandshake(identity: identity, peer: peer, capabilities: capabilities, binding: binding)
            var opening = SenderOpening(link, handshake)
            try opening.speak(handshake.greeting, firstFlight)
            return (try await opening.awaitWelcome(), opening)
        }
        let session = SenderSession(
            link: link, agreement: agreement, opening: opening, offered: firstFlight?.manifest.digest,
            greetingSeconds: (ContinuousClock.now - begin).inSeconds)
        await session.startReading()
        link.watch(silence: timing.silence)
        return session
    }

    private init(
        link: SessionLink, agreement: Agreement, opening: SenderOpening, offered: ContentDigest?, greetingSeconds: Double
    ) {
        self.greetingSeconds = greetingSeconds
        self.link = link
        self.agreement = agreement
        self.offered = offered
        state = opening.state
        estimate = opening.estimate
        early = opening.early
        unfinished = opening.unfinished
    }

    deinit {
        reader?.cancel()
        let link = link
        Task { await link.close() }
    }

    // MARK: Studies

    /// Opens a study. Returns what the receiver already has of it.
    ///
    /// - Parameter studyKey: 256 bits.
    /// - Throws: ``ProtocolError``, among them `limitExceeded` and `misuse` while another study is open; `CancellationError`
    ///   ends the session.
    public func openStudy(_ manifest: Manifest, studyKey: SymmetricKey) async throws -> StudyStanding {
        try await inTurn {
            if offered == manifest.digest {
                offered = nil
                let known = try await awaited { standing }
                // The receiver has the one that was under way.
                if state.inFlight == nil { unfinished = nil }
                return known
            }
            standing = nil
            try await perform(.openStudy(manifest, studyKey))
            return try await awaited { standing }
        }
    }

    /// Asked before each chunk, with the chunk's size.
    public typealias Turn = @Sendable (Int) async throws -> Void

    /// Sends one stego file; the header's digest must be that of `bytes`. Suspends while the receiver's credit is used up.
    ///
    /// - Parameters:
    ///   - bytes: the whole file, also when `header.offset` is not 0.
    ///   - turn: asked before each chunk that has its credit, with the chunk's size; suspends while others are to send first.
    /// - Throws: ``ProtocolError``, among them `limitExceeded` and `misuse`. `CancellationError`: the instance was broken off, and nothing else can
    ///   be sent behind its beginning. ``end()`` the session: the receiver keeps what it has, and another session goes on there. Only who gives the
    ///   instance up for good withdraws it.
    public func send(_ header: InstanceHeader, _ bytes: [UInt8], turn: Turn? = nil) async throws {
        guard UInt64(bytes.count) == header.byteCount else { throw ProtocolError.misuse("the header announces another number of bytes") }
        try await inTurn {
            try await finishFirstFlight(turn)
            // Went in the first flight.
            if early[header.index] == header, standing?[header.index] == nil { return }
            try await perform(.begin(header))
            try await sendChunks(of: bytes, from: Int(clamping: header.offset), turn)
        }
    }

    /// Sends what is left of the instance that the first flight had to break off.
    private func finishFirstFlight(_ turn: Turn? = nil) async throws {
        guard let instance = unfinished else { return }
        unfinished = nil
        guard let inFlight = state.inFlight, inFlight.header == instance.header else { return }
        try await sendChunks(of: instance.bytes, from: Int(clamping: inFlight.offset), turn)
    }

    /// Says that an instance of the manifest will not come, because it could not be read or sealed.
    public func withdraw(index: Int, reason: String) async throws {
        try await inTurn {
            if unfinished?.header.index != index { try await finishFirstFlight() }
            try await perform(.withdraw(index: index, reason: reason))
        }
    }

    /// Says that all is sent; waits for every receipt and returns the study's.
    ///
    /// - Throws: ``ProtocolError``; `misuse` while instances are neither sent nor withdrawn. `CancellationError` ends the session.
    public func finishStudy() async throws -> StudyReceipt {
        try await inTurn {
            try await finishFirstFlight()
            studyReceipt = nil
            try await perform(.finishStudy)
            return try await awaited { studyReceipt }
        }
    }

    /// Receipts as they arrive, until the session ends. One consumer; those not taken are kept, at most one an instance.
    public nonisolated func receipts() -> Receipts { Receipts(session: self) }

    /// Leaves. With a study open, tells the receiver that the rest will not come in this session.
    public func end() async {
        if state.isIdle, (try? await perform(.leave)) != nil {
            state = .ended
            change.fire()
            reader?.cancel()
            // Every receipt is here: nothing remains that an answer could tell.
            await link.leave()
        } else {
            await abort(.shuttingDown, "the sender stopped in the middle of a study")
        }
    }

    /// Ends the session at once and tells the receiver why. Nothing secret belongs into `reason`.
    public func abort(_ code: AbortCode, _ reason: String) async {
        guard failure == nil, !hasEnded else { return }
        state = .ended
        failure = ProtocolError(.ended, "this side ended the session: \(reason)")
        change.fire()
        reader?.cancel()
        await link.abort(code, reason)
    }

    // MARK: Sending

    private var hasEnded: Bool {
        if case .ended = state { true } else { false }
    }

    private func perform(_ command: SenderState.Command) async throws {
        if let failure { throw failure }
        for case .transmit(let message) in try state.perform(command) {
            let transmission = link.transmit(message)
            do {
                try await transmission.value
            } catch {
                // The reader sees the end too, and perhaps the peer's reason for it.
                await reader?.value
                let broken = ProtocolError.cut(error)
                await finish(broken)
                throw failure ?? broken
            }
        }
    }

    /// Cancellation leaves the instance as it is: a withdrawal would tell the receiver to throw away what it has.
    private func sendChunks(of bytes: [UInt8], from start: Int, _ turn: Turn?) async throws {
        var offset = start
        while offset < bytes.count {
            let count = min(agreement.limits.chunkBytes, estimate.chunkBytes, bytes.count - offset)
            try await waitForRoom(count)
            try await turn?(count)
            if let flow = state.flow { estimate.sent(total: flow.sent + UInt64(count), at: .now) }
            try await perform(.chunk(Array(bytes[offset..<offset + count])))
            offset += count
        }
    }

    /// Whole chunks only: waiting for their credit costs nothing, and small ones would cost everyone.
    private func waitForRoom(_ count: Int) async throws {
        try Task.checkCancellation()
        while let flow = state.flow {
            let isRoom = isRoom(for: count, flow)
            if !isRoom { estimate.windowIsFull() }
            if isRoom, flow.credit >= count { break }
            try await changed()
        }
        if let failure { throw failure }
    }

    /// Whether the link should hold so much more. Always when it holds nothing, so that no figure can stop a session.
    private func isRoom(for count: Int, _ flow: SenderFlow) -> Bool {
        let underWay = flow.sent - flow.arrived
        return underWay == 0 || underWay + UInt64(count) <= estimate.window
    }

    /// What is known of the link now.
    public var linkMeasure: LinkMeasure {
        let flow = state.flow
        return LinkMeasure(
            bytesPerSecond: estimate.bytesPerSecond, roundTrip: estimate.roundTrip,
            bytesUnderWay: flow.map { Int(clamping: $0.sent - $0.arrived) } ?? 0,
            isHeldBack: flow.map { $0.credit < min(agreement.limits.chunkBytes, estimate.chunkBytes) } ?? false)
    }

    /// Bytes a second that a near link carries, measured now with some hundred kilobytes that mean nothing; `nil` where the link is
    /// distant, or the receiver does not know `Probe`. Takes milliseconds. To be asked before anything is sent.
    ///
    /// - Throws: ``ProtocolError``; `CancellationError` ends the session.
    public func probedRate() async throws -> Double? {
        guard agreement.capabilities.features.contains(Capabilities.probing), greetingSeconds <= LinkProbe.nearGreeting else { return nil }
        return try await inTurn {
            var probe = LinkProbe()
            while let byteCount = probe.nextByteCount {
                let begin = ContinuousClock.now
                try await arrive(byteCount)
                probe.took((ContinuousClock.now - begin).inSeconds)
            }
            return probe.bytesPerSecond
        }
    }

    /// Sends so many bytes without meaning; returns when the receiver has them all.
    private func arrive(_ byteCount: Int) async throws {
        var (rest, last) = (byteCount, probed)
        repeat {
            let count = min(rest, LinkProbe.messageBytes)
            try await perform(.probe(byteCount: count))
            last += 1
            rest -= count
        } while rest > 0
        _ = try await awaited { probed >= last ? probed : nil }
    }

    private func inTurn<Result: Sendable>(_ operation: () async throws -> Result) async throws -> Result {
        nextTurn += 1
        let turn = nextTurn
        turns.append(turn)
        defer {
            turns.removeAll { $0 == turn }
            change.fire()
        }
        while turns.first != turn { try await changed() }
        if let failure { throw failure }
        return try await operation()
    }

    private func awaited<Value: Sendable>(_ value: () -> Value?) async throws -> Value {
        while true {
            if let value = value() { return value }
            if let failure { throw failure }
            do {
                try await changed()
            } catch {
                // In a task of its own: this one is cancelled, and what was sent before is to arrive.
                await Task { await abort(.shuttingDown, "the sender stopped waiting") }.value
                throw error
            }
        }
    }

    // MARK: Receiving

    private func startReading() {
        reader = Task { [weak self, link] in
            while !Task.isCancelled {
                do {
                    guard let message = try await link.receive() else {
                        await self?.finish(.closed)
                        return
                    }
                    guard let self else { return }
                    try await self.take(message)
                } catch let error as ProtocolError {
                    await self?.finish(error)
                    return
                } catch {
                    if !Task.isCancelled { await self?.finish(.cut(error)) }
                    return
                }
            }
        }
    }

    private func take(_ message: WireMessage) throws {
        guard !hasEnded else { return }
        for output in try state.receive(message) {
            switch output {
            case .receipt(let receipt): pendingReceipts.append(receipt)
            case .studyOpened(let value): standing = value
            case .studyReceipt(let value): studyReceipt = value
            case .peerLeft: throw ProtocolError(.ended, "the receiver ended the session; connect again for more studies")
            case .credited(let credit): estimate.arrived(total: credit.arrived, at: .now)
            case .transmit(let message): link.transmit(message)
            case .probed(let number): probed = number
            case .agreed: break
            }
        }
        change.fire()
    }

    /// Ends the session, with an error or in peace.
    private func finish(_ error: ProtocolError?) async {
        guard failure == nil else { return }
        if hasEnded, error?.code == .cut {
            // The connection closes after the goodbye: that is how it should be.
            change.fire()
            return
        }
        failure = error
        state = .ended
        change.fire()
        reader?.cancel()
        if let error, let code = AbortCode(for: error) {
            await link.abort(code, error.reason)
        } else {
            await link.close()
        }
    }

    func nextReceipt() async throws -> InstanceReceipt? {
        while true {
            if let receipt = pendingReceipts.popFirst() { return receipt }
            if let failure { throw failure }
            if hasEnded { return nil }
            try await changed()
        }
    }

    // MARK: Waiting

    private func changed() async throws {
        try Task.checkCancellation()
        let identifier = change.newIdentifier()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled { continuation.resume() } else { change.add(identifier, continuation) }
            }
        } onCancel: {
            Task { await self.wake(identifier) }
        }
        try Task.checkCancellation()
    }

    private func wake(_ identifier: UInt64) {
        change.wake(identifier)
    }
}
