import Basics
import Concurrency
import SecureChannel
import Synchronization

/// The protocol's messages over a transport: sent in the order of the calls, received and checked, with signs of life
/// in between and a limit to the other side's silence.
final class SessionLink: Sendable {
    /// Answers to what the peer sends that may wait for the transport before nothing more is read from it: a peer that sends and never reads
    /// must not make them pile up.
    static let answersUnderWay = 16

    private struct State {
        /// The last transmission; the next one waits for it.
        var last: Task<Void, any Error>?
        var transmissionsUnderWay = 0
        var lastTransmission: ContinuousClock.Instant
        /// The time at which the transport was last seen to take something, or began to be asked to.
        var lastHeadway: ContinuousClock.Instant
        /// Bytes given to the network, as counted when the watch looked last.
        var sentByteCount: UInt64 = 0
        /// The time at which the wait for the peer's next message began; `nil` while nobody waits.
        var listeningSince: ContinuousClock.Instant?
        /// Of the messages that came, as counted when the watch looked last.
        var receivedByteCount: UInt64 = 0
        var receiving: Task<Message?, any Error>?
        var failure: ProtocolError?
        var watchdog: Task<Void, Never>?
    }

    private let transport: any MessageTransport
    /// Measures the waits for the peer.
    let clock: any MonotonicClock
    private let state: Mutex<State>

    init(_ transport: any MessageTransport, clock: any MonotonicClock = ContinuousClock()) {
        self.transport = transport
        self.clock = clock
        state = Mutex(State(lastTransmission: clock.now, lastHeadway: clock.now))
    }

    deinit {
        state.withLock {
            $0.watchdog?.cancel()
            $0.receiving?.cancel()
        }
    }

    /// Queues a message behind those that were queued before, at once; the task ends when the transport has taken it,
    /// or throws a ``ProtocolError``.
    ///
    /// Nothing that is queued is ever cancelled: whoever stops waiting must not tear a hole into the sequence.
    @discardableResult
    func transmit(_ message: WireMessage) -> Task<Void, any Error> {
        state.withLock { state in
            let previous = state.last
            let task = Task { [transport, weak self] in
                try await previous?.value
                do {
                    try await transport.send(message.encoded())
                } catch {
                    throw self?.failure ?? .cut(error)
                }
                self?.transmitted()
            }
            state.last = task
            state.lastTransmission = clock.now
            if state.transmissionsUnderWay == 0 { state.lastHeadway = state.lastTransmission }
            state.transmissionsUnderWay += 1
            return task
        }
    }

    private var failure: ProtocolError? {
        state.withLock { $0.failure }
    }

    private func transmitted() {
        state.withLock {
            $0.transmissionsUnderWay -= 1
            $0.lastTransmission = clock.now
            $0.lastHeadway = $0.lastTransmission
        }
    }

    /// Suspends while many messages wait for the transport. Returns as well when they cannot be sent any more: the next message of the peer,
    /// or its lack, tells why.
    ///
    /// - Throws: `CancellationError`
    func waitUntilAnswersAreFew() async throws {
        guard let last = state.withLock({ $0.transmissionsUnderWay > Self.answersUnderWay ? $0.last : nil }) else { return }
        let (finished, continuation) = AsyncStream.makeStream(of: Void.self)
        let waiting = Task {
            _ = await last.result
            continuation.finish()
        }
        for await _ in finished {}
        waiting.cancel()
        try Task.checkCancellation()
    }

    /// The peer's next message. `nil` when it has closed the connection. One call at a time.
    ///
    /// - Throws: ``ProtocolError``; `ChannelError` when the receiver did not take the connection itself; `CancellationError`, after which it may be
    ///   called again.
    func receive(envelopeLimit: Int = WireMessage.envelopeByteCount) async throws -> WireMessage? {
        let task = Task { [transport] in try await transport.receive() }
        let isOver = state.withLock {
            $0.listeningSince = clock.now
            $0.receiving = task
            return $0.failure != nil
        }
        if isOver { task.cancel() }
        let result = await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            task.cancel()
        }
        let failure = state.withLock {
            $0.listeningSince = nil
            $0.receiving = nil
            return $0.failure
        }
        if let failure { throw failure }
        do {
            guard let message = try result.get() else { return nil }
            return try WireMessage(message, envelopeLimit: envelopeLimit)
        } catch {
            if Self.isCancellation(error) { throw CancellationError() }
            // What a connector that does not wait for its acceptance learns late; whether to try again is for the program to say.
            if let error = error as? ChannelError, [.refusedByPeer, .turnedAway].contains(error.code) { throw error }
            throw ProtocolError.cut(error)
        }
    }

    private static func isCancellation(_ error: any Error) -> Bool {
        error is CancellationError || (error as? ChannelError)?.code == .cancelled
    }

    /// From now on sends signs of life, and ends the session with ``ProtocolError/Code/peerSilent`` when the peer sends none, or takes nothing of what
    /// waits to be sent.
    func watch(silence: Duration) {
        let task = Task { [weak self, clock] in
            while !Task.isCancelled {
                try? await clock.sleep(for: silence / 6)
                guard let self, await self.checkLife(silence) else { return }
            }
        }
        state.withLock { $0.watchdog = task }
    }

    /// Returns whether the session lives.
    private func checkLife(_ silence: Duration) async -> Bool {
        let now = clock.now
        let (received, sent) = (transport.receivedByteCount, transport.sentByteCount)
        let (isSilent, isDeaf, isOwnTurn) = state.withLock { state in
            // A part of a message is a sign of life, too.
            if received != state.receivedByteCount, state.listeningSince != nil { state.listeningSince = now }
            state.receivedByteCount = received
            let waited = state.listeningSince.map { now - $0 } ?? .zero
            // A part of a message that is on its way counts here, too.
            if sent != state.sentByteCount { state.lastHeadway = now }
            state.sentByteCount = sent
            let isBusy = state.transmissionsUnderWay > 0
            return (
                waited > silence, isBusy && now - state.lastHeadway > silence, !isBusy && now - state.lastTransmission > silence / 3
            )
        }
        if isSilent {
            await fail(ProtocolError(.peerSilent, "nothing was heard from the peer for \(silence); the connection is given up"))
            return false
        }
        if isDeaf {
            await fail(ProtocolError(.peerSilent, "the peer has taken nothing of what was sent for \(silence); the connection is given up"))
            return false
        }
        if isOwnTurn { transmit(.keepAlive) }
        return true
    }

    /// Ends everything that waits with `error`, and closes.
    func fail(_ error: ProtocolError) async {
        stopReceiving(error)
        await close()
    }

    /// All who wait for a message, or ask for one, get `error` at once.
    func stopReceiving(_ error: ProtocolError) {
        let receiving = state.withLock { state in
            if state.failure == nil { state.failure = error }
            return state.receiving
        }
        receiving?.cancel()
    }

    /// Tells the peer why, as far as it still listens, and closes.
    func abort(_ code: AbortCode, _ reason: String) async {
        let transmission = transmit(.abort(code, reason: reason))
        await withGrace { _ = await transmission.result }
        await close()
    }

    func close() async {
        state.withLock { $0.watchdog?.cancel() }
        await transport.close()
    }

    /// Closes without waiting for the peer.
    func leave() async {
        state.withLock { $0.watchdog?.cancel() }
        await transport.leave()
    }

    /// Lets `operation` go on for a second at most; a peer that does not read must not keep anyone from leaving.
    private func withGrace(_ operation: @escaping @Sendable () async -> Void) async {
        let (finished, continuation) = AsyncStream.makeStream(of: Void.self)
        let work = Task {
            await operation()
            continuation.finish()
        }
        let timer = Task { [clock] in
            try? await clock.sleep(for: .seconds(1))
            continuation.finish()
        }
        for await _ in finished {}
        timer.cancel()
        work.cancel()
    }
}
