import Synchronization

/// How much a connection has carried so far.
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
