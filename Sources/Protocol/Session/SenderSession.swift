import Crypto

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
    private var pendingReceipts = FIFO<InstanceReceipt>()
    private var standing: StudyStanding?
    private var studyReceipt: StudyReceipt?

    /// Greets the receiver and agrees on the terms.
    ///
    /// - Throws: ``ProtocolError``: `wrongPeer`, `badSignature`, `versionMismatch`, `noCommonCapability`, `peerAborted`,
    ///   `peerSilent`, `cut`, `protocolViolation`; `CancellationError`. The transport is closed then.
    public static func begin(
        over transport: any MessageTransport, identity: Identity, peer: TrustedPeer, capabilities: Capabilities,
        timing: SessionTiming = SessionTiming()
    ) async throws -> SenderSession {
        let link = SessionLink(transport)
        let (agreement, state) = try await Greeting.withDeadline(link, timing.greeting) {
            let binding = try ChannelBinding.ofSender(identity, transport)
            let handshake = try SenderHandshake(identity: identity, peer: peer, capabilities: capabilities, binding: binding)
            return try await greet(link, handshake)
        }
        let session = SenderSession(link: link, agreement: agreement, state: state)
        await session.startReading()
        link.watch(silence: timing.silence)
        return session
    }

    private static func greet(_ link: SessionLink, _ handshake: SenderHandshake) async throws -> (Agreement, SenderState) {
        var state = SenderState.greeting(handshake)
        // Not waited for: when the receiver turns us away, its reason is better than "the connection broke while sending".
        link.transmit(.hello(handshake.greeting))
        while true {
            guard let message = try await link.receive(envelopeLimit: WireMessage.greetingByteCount) else { throw ProtocolError.closed }
            for case .agreed(let agreement) in try state.receive(message) { return (agreement, state) }
        }
    }

    private init(link: SessionLink, agreement: Agreement, state: SenderState) {
        self.link = link
        self.agreement = agreement
        self.state = state
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
            standing = nil
            try await perform(.openStudy(manifest, studyKey))
            return try await awaited { standing }
        }
    }

    /// Sends one stego file; the header's digest must be that of `bytes`. Suspends while the receiver's credit is used up.
    ///
    /// - Parameters:
    ///   - bytes: the whole file, also when `header.offset` is not 0.
    ///   - turn: asked before each chunk that has its credit, with the chunk's size; suspends while others are to send first.
    /// - Throws: ``ProtocolError``, among them `limitExceeded` and `misuse`. `CancellationError`: the instance was withdrawn.
    public func send(
        _ header: InstanceHeader, _ bytes: [UInt8], turn: (@Sendable (Int) async throws -> Void)? = nil
    ) async throws {
        guard UInt64(bytes.count) == header.byteCount else { throw ProtocolError.misuse("the header announces another number of bytes") }
        try await inTurn {
            try await perform(.begin(header))
            do {
                try await sendChunks(of: bytes, from: Int(clamping: header.offset), turn)
            } catch let cancellation as CancellationError {
                try await perform(.withdraw(index: header.index, reason: "cancelled"))
                throw cancellation
            }
        }
    }

    /// Says that an instance of the manifest will not come, because it could not be read or sealed.
    public func withdraw(index: Int, reason: String) async throws {
        try await inTurn { try await perform(.withdraw(index: index, reason: reason)) }
    }

    /// Says that all is sent; waits for every receipt and returns the study's.
    ///
    /// - Throws: ``ProtocolError``; `misuse` while instances are neither sent nor withdrawn. `CancellationError` ends the session.
    public func finishStudy() async throws -> StudyReceipt {
        try await inTurn {
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
            await finish(nil)
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

    private func sendChunks(of bytes: [UInt8], from start: Int, _ turn: (@Sendable (Int) async throws -> Void)?) async throws {
        var offset = start
        while offset < bytes.count {
            let count = min(agreement.limits.chunkBytes, bytes.count - offset)
            try await waitForCredit(count)
            try await turn?(count)
            try await perform(.chunk(Array(bytes[offset..<offset + count])))
            offset += count
        }
    }

    /// Whole chunks only: waiting for their credit costs nothing, and small ones would cost everyone.
    private func waitForCredit(_ count: Int) async throws {
        try Task.checkCancellation()
        while let credit = state.credit, credit < count { try await changed() }
        if let failure { throw failure }
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
                await abort(.shuttingDown, "the sender stopped waiting")
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
            case .creditGrown, .agreed, .transmit: break
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
