import Basics
import Crypto
import SecureChannel

/// A session's knowledge of the study that it sends, beyond that of ``SourceState``.
struct OutgoingStudy: Sendable {
    var standing: StudyStanding?
    var receipt: StudyReceipt?
    /// Why the study has ended before its time.
    var end: ProtocolError?
    /// Digest of the first flight's manifest until its study is asked for.
    var offered: ContentDigest?
    /// Headers of the first flight's instances, by index.
    var early: [Int: InstanceHeader] = [:]
    /// The first flight's instance whose rest is still to be sent.
    var unfinished: FirstFlight.Instance?
}

extension Session {
    /// Opens a study. Returns what the peer already has of it.
    ///
    /// - Parameter studyKey: 256 bits.
    /// - Throws: ``ProtocolError``, among them `limitExceeded`, `misuse` while another study is open, and `studyEnded` when the peer does not
    ///   take it; `CancellationError` stops the study.
    public func openStudy(_ manifest: Manifest, studyKey: SymmetricKey) async throws -> StudyStanding {
        try await inTurn {
            if outgoing.offered == manifest.digest {
                outgoing.offered = nil
                let known = try await awaited { outgoing.standing }
                // The peer has the one that was under way.
                if state.source.inFlight == nil { outgoing.unfinished = nil }
                return known
            }
            // The one before may have been stopped; the peer has to know of that first.
            while case .stopping = state.source {
                try await changed()
                if let failure { throw failure }
            }
            if state.hasEnded { throw ProtocolError.over }
            let outputs = try state.perform(.source(.open(manifest, studyKey)))
            outgoing = OutgoingStudy()
            try await transmit(outputs)
            return try await awaited { outgoing.standing }
        }
    }

    /// Asked before each chunk, with the chunk's size.
    public typealias Turn = @Sendable (Int) async throws -> Void

    /// Sends one stego file; the header's digest must be that of `bytes`. Suspends while the peer's credit is used up.
    ///
    /// - Parameters:
    ///   - bytes: the whole file, also when `header.offset` is not 0.
    ///   - head: what stands for its first bytes on the wire. It is left aside where the file does not begin now.
    ///   - turn: asked before each chunk that has its credit, with the chunk's size; suspends while others are to send first.
    /// - Throws: ``ProtocolError``, among them `limitExceeded`, `misuse` and `studyEnded`. `CancellationError`: the instance was broken off, and nothing
    ///   else can be sent behind its beginning. ``end()`` the session, or ``stopStudy(_:_:)``: the peer keeps what it has, and another session goes on
    ///   there. Only who gives the instance up for good withdraws it.
    /// - Returns: whether the head was sent, so that others may be differences to it.
    @discardableResult
    public func send(_ header: InstanceHeader, _ bytes: [UInt8], head: OutgoingHead? = nil, turn: Turn? = nil) async throws -> Bool {
        try await send(header, OutgoingBytes(bytes), head: head, turn: turn)
    }

    /// The same of a file that may be read piece by piece. An error of reading breaks the instance off, as `CancellationError` does.
    @discardableResult
    public func send(_ header: InstanceHeader, _ bytes: OutgoingBytes, head: OutgoingHead? = nil, turn: Turn? = nil) async throws -> Bool {
        guard UInt64(bytes.byteCount) == header.byteCount else {
            throw ProtocolError.misuse("the header announces another number of bytes")
        }
        return try await inTurn {
            try await finishFirstFlight(turn)
            // Went in the first flight.
            if outgoing.early[header.index] == header, outgoing.standing?[header.index] == nil { return false }
            try await perform(.begin(header))
            guard header.offset == 0, let head, state.source.mayShorten(head) else {
                try await sendChunks(of: bytes, from: Int(clamping: header.offset), turn)
                return false
            }
            try await send(head, turn)
            try await sendChunks(of: bytes, from: head.terms.byteCount, turn)
            return true
        }
    }

    private func send(_ head: OutgoingHead, _ turn: Turn?) async throws {
        try await waitForRoom(head.bytes.count)
        try await turn?(head.bytes.count)
        if let flow = state.source.flow { estimate.sent(total: flow.sent + UInt64(head.bytes.count), at: .now) }
        try await perform(.head(head))
    }

    /// Sends what is left of the instance that the first flight had to break off.
    private func finishFirstFlight(_ turn: Turn? = nil) async throws {
        guard let instance = outgoing.unfinished else { return }
        outgoing.unfinished = nil
        guard let inFlight = state.source.inFlight, inFlight.header == instance.header else { return }
        try await sendChunks(of: OutgoingBytes(instance.bytes), from: Int(clamping: inFlight.offset), turn)
    }

    /// Says that an instance of the manifest will not come, because it could not be read or sealed.
    public func withdraw(index: Int, reason: String) async throws {
        try await inTurn {
            if outgoing.unfinished?.header.index != index { try await finishFirstFlight() }
            try await perform(.withdraw(index: index, reason: reason))
        }
    }

    /// Says that all is sent; waits for every receipt and returns the study's.
    ///
    /// - Throws: ``ProtocolError``; `misuse` while instances are neither sent nor withdrawn; `studyEnded`. `CancellationError` stops the study.
    public func finishStudy() async throws -> StudyReceipt {
        try await inTurn {
            try await finishFirstFlight()
            outgoing.receipt = nil
            try await perform(.finish)
            return try await awaited { outgoing.receipt }
        }
    }

    /// Ends the study that this side has open before its time, and nothing else of the session. The peer keeps what it has, and another session
    /// goes on there. Calls that are about the study throw `studyEnded`.
    public func stopStudy(_ code: AbortCode, _ reason: String) async throws {
        try await perform(.stop(code, reason: reason)) {
            outgoing.end = ProtocolError(.studyEnded, "this side ended the study: \(reason)", abortCode: code)
        }
    }

    /// Receipts as they arrive, until the session ends. One consumer; those not taken are kept, at most one an instance.
    public nonisolated func receipts() -> Receipts { Receipts(session: self) }

    /// The present knowledge of the link.
    public var linkMeasure: LinkMeasure {
        let flow = state.source.flow
        return LinkMeasure(
            bytesPerSecond: estimate.bytesPerSecond, isRateOfLink: estimate.isRateOfLink, roundTrip: estimate.roundTrip,
            bytesUnderWay: flow.map { Int(clamping: $0.sent - $0.arrived) } ?? 0,
            isHeldBack: flow.map { $0.credit < min($0.limits.chunkBytes, estimate.chunkBytes) } ?? false)
    }

    // MARK: Inside

    /// - Parameter note: what to take note of once the command has turned out to be possible.
    private func perform(_ command: SourceState.Command, _ note: () -> Void = {}) async throws {
        if let failure { throw failure }
        if state.hasEnded { throw ProtocolError.over }
        // Perhaps the caller does not know yet.
        if let end = outgoing.end { throw end }
        let outputs = try state.perform(.source(command))
        note()
        change.post()
        try await transmit(outputs)
    }

    /// Cancellation leaves the instance as it is: a withdrawal would tell the peer to throw away what it has.
    private func sendChunks(of bytes: OutgoingBytes, from start: Int, _ turn: Turn?) async throws {
        var offset = start
        while offset < bytes.byteCount {
            let count = min(state.source.flow?.limits.chunkBytes ?? .max, estimate.chunkBytes, bytes.byteCount - offset)
            try await waitForRoom(count)
            try await turn?(count)
            let chunk = try await bytes.chunk(offset..<offset + count)
            if let flow = state.source.flow { estimate.sent(total: flow.sent + UInt64(count), at: .now) }
            try await perform(.chunk(chunk))
            offset += count
        }
    }

    /// Whole chunks only: waiting for their credit costs nothing, and small ones would cost everyone.
    private func waitForRoom(_ count: Int) async throws {
        try Task.checkCancellation()
        while failure == nil, let flow = state.source.flow {
            let isRoom = isRoom(for: count, flow)
            if !isRoom { estimate.windowIsFull() }
            if isRoom, flow.credit >= count { break }
            try await changed()
        }
        if let failure { throw failure }
    }

    /// Whether the link should hold so much more. Always when it holds nothing, so that no figure can stop a session.
    private func isRoom(for count: Int, _ flow: SourceFlow) -> Bool {
        let underWay = flow.sent - flow.arrived
        return underWay == 0 || underWay + UInt64(count) <= estimate.window
    }

    func inTurn<Result: Sendable>(_ operation: () async throws -> Result) async throws -> Result {
        nextTurn += 1
        let turn = nextTurn
        turns.append(turn)
        defer {
            turns.removeAll { $0 == turn }
            change.post()
        }
        while turns.first != turn { try await changed() }
        if let failure { throw failure }
        if state.hasEnded { throw ProtocolError.over }
        return try await operation()
    }

    func awaited<Value: Sendable>(_ value: () -> Value?) async throws -> Value {
        while true {
            if let value = value() { return value }
            if let failure { throw failure }
            if state.hasEnded { throw ProtocolError.over }
            if let end = outgoing.end { throw end }
            do {
                try await changed()
            } catch {
                // In a task of its own: this one is cancelled, and the peer is to know.
                await Task { try? await stopStudy(.shuttingDown, "nobody waits for it any more") }.value
                throw error
            }
        }
    }

    /// Takes note of what the peer says of the study that this side sends.
    func note(_ output: SourceState.Output) {
        switch output {
        case .receipt(let receipt): pendingReceipts.append(receipt)
        case .opened(let standing): outgoing.standing = standing
        case .completed(let receipt): outgoing.receipt = receipt
        case .credited(let credit): estimate.arrived(total: credit.arrived, at: .now)
        case .refused(let code, let reason): outgoing.end = .refused(code, reason)
        case .stopped, .transmit: break
        }
    }
}

// MARK: Receipts

extension Session {
    /// The session's receipts, in the order of their arrival.
    public struct Receipts: AsyncSequence, Sendable {
        let session: Session

        public struct AsyncIterator: AsyncIteratorProtocol {
            let session: Session

            /// `nil` when the session has ended in peace.
            public mutating func next() async throws -> InstanceReceipt? {
                try await session.nextReceipt()
            }
        }

        public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(session: session) }
    }

    func nextReceipt() async throws -> InstanceReceipt? {
        while true {
            if let receipt = pendingReceipts.popFirst() { return receipt }
            if let failure { throw failure }
            if state.hasEnded { return nil }
            try await changed()
        }
    }
}
