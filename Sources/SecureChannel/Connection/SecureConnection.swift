import Synchronization

/// A live connection: one mutually authenticated TLS 1.3 connection with one ZeroMQ socket behind it.
///
/// ```swift
/// try await connection.send(Message(frames: [question]))
/// while let message = try await connection.receive() { … }
/// await connection.close()
/// ```
///
/// Any task may send and receive; messages are sent in the order in which `send` accepts them. A connection that is dropped without having been closed is cut.
public final class SecureConnection: Sendable {
    /// The certificate that the peer proved to own, in DER.
    public let peerCertificateDER: [UInt8]

    /// The other end of the TCP connection.
    public let peerAddress: SocketAddress

    private let link: ConnectionLink
    private let session: TLSSession

    init(link: ConnectionLink, session: TLSSession, peerAddress: SocketAddress) {
        self.link = link
        self.session = session
        self.peerAddress = peerAddress
        peerCertificateDER = session.peerCertificateDER
    }

    deinit {
        link.signals.abort(.closedHere)
    }

    /// Queues a message, waiting while the queue is over ``ChannelConfiguration/sendQueueBytes``.
    ///
    /// Returning means that the message is queued, not that it has arrived; ``close()`` tells that, or an answer of the peer.
    ///
    /// - Throws: `messageTooLarge`, `invalidMessage`, `cancelled`, `closed`, or what ended the connection.
    public func send(_ message: Message) async throws(ChannelError) {
        let configuration = link.configuration
        guard !message.frames.isEmpty else {
            throw ChannelError(.invalidMessage, "a message needs at least one frame")
        }
        guard message.frames.count <= configuration.maximumFrames else {
            throw ChannelError(
                .messageTooLarge, "a message has at most \(configuration.maximumFrames) frames, this one \(message.frames.count)")
        }
        guard message.byteCount <= configuration.maximumMessageBytes else {
            throw ChannelError(
                .messageTooLarge, "a message has at most \(configuration.maximumMessageBytes) bytes, this one \(message.byteCount)")
        }
        try await link.outgoing.send(message)
    }

    /// The next message, in the order the peer sent them.
    ///
    /// - Returns: `nil` once the peer has closed the connection and its last message was delivered, or after ``close()``.
    /// - Throws: `cancelled`; or what broke the connection: `cut` or `tlsFailure` after the last message that came whole;
    ///   `peerSilent`, `protocolViolation` and `messageTooLarge` at once.
    public func receive() async throws(ChannelError) -> Message? {
        try await link.incoming.receive()
    }

    /// Sends what is queued, takes leave of the peer and ends the connection with its thread and descriptors.
    ///
    /// Messages that come meanwhile are dropped. Gives up when no byte moves for ``ChannelConfiguration/lingerTimeout``, and at once
    /// when the task is cancelled.
    ///
    /// - Returns: Whether the peer has confirmed that everything reached it.
    @discardableResult
    public func close() async -> Bool {
        link.outgoing.end(with: .closedHere)
        link.signals.close()
        return await withTaskCancellationHandler {
            await link.ended.value
        } onCancel: {
            link.signals.abort(.closedHere)
        }
    }

    /// Sends what is queued, takes leave of the peer and ends the connection without waiting for the peer's answer: for who knows already that
    /// everything has arrived.
    public func leave() async {
        link.outgoing.end(with: .closedHere)
        link.signals.leave()
        await withTaskCancellationHandler {
            _ = await link.ended.value
        } onCancel: {
            link.signals.abort(.closedHere)
        }
    }

    /// Keying material that only the two ends of this very TLS connection can compute (RFC 8446 §7.5, RFC 9266).
    ///
    /// - Parameter length: From 1 to 4096 bytes.
    public func exporter(label: String, context: [UInt8], length: Int) throws(ChannelError) -> [UInt8] {
        try session.exporter(label: label, context: context, length: length)
    }

    /// How much the connection has carried so far.
    public var statistics: ChannelStatistics { link.counters.statistics }
}

/// The amounts that a connection has carried so far.
public struct ChannelStatistics: Hashable, Sendable {
    /// Bytes given to TCP, the TLS handshake and all framing included.
    public let wireBytesSent: UInt64

    /// Bytes taken from TCP, the TLS handshake and all framing included.
    public let wireBytesReceived: UInt64

    /// Bytes of the frames of the messages handed to ZeroMQ.
    public let applicationBytesSent: UInt64

    /// Bytes of the frames of the messages delivered by ZeroMQ.
    public let applicationBytesReceived: UInt64

    /// The same, and what has come of messages that are still coming.
    public let applicationBytesArrived: UInt64
}

/// The counters behind ``ChannelStatistics``: written by the connection's thread, read by any.
final class TrafficCounters: Sendable {
    let wireSent = Atomic<UInt64>(0)
    let wireReceived = Atomic<UInt64>(0)
    let applicationSent = Atomic<UInt64>(0)
    let applicationReceived = Atomic<UInt64>(0)
    let applicationArrived = Atomic<UInt64>(0)

    /// Takes over what has gone through the session's socket.
    ///
    /// - Parameter arrived: Bytes of the peer's messages.
    func count(_ session: TLSSession, arrived: UInt64) {
        applicationArrived.store(arrived, ordering: .relaxed)
        let (sent, received) = session.wireBytes
        wireSent.store(sent, ordering: .relaxed)
        wireReceived.store(received, ordering: .relaxed)
    }

    var statistics: ChannelStatistics {
        ChannelStatistics(
            wireBytesSent: wireSent.load(ordering: .relaxed),
            wireBytesReceived: wireReceived.load(ordering: .relaxed),
            applicationBytesSent: applicationSent.load(ordering: .relaxed),
            applicationBytesReceived: applicationReceived.load(ordering: .relaxed),
            applicationBytesArrived: applicationArrived.load(ordering: .relaxed))
    }
}
