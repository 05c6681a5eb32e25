import SecureChannel

/// The transport of a session: whole messages, in order, between two ends that TLS 1.3 has authenticated.
///
/// A conformer keeps these promises:
/// - `send` suspends while the peer or the link is slow, and messages leave in the order of the calls;
/// - `receive` returns `nil` after the peer has closed in an orderly way, and loses no message when its task is cancelled;
/// - after `close`, pending calls return soon.
public protocol MessageTransport: Sendable {
    func send(_ message: Message) async throws
    func receive() async throws -> Message?
    /// Delivers what was sent, then closes. May be called again. Returns whether the peer has everything.
    @discardableResult
    func close() async -> Bool
    /// Delivers what was sent, then closes without waiting for the peer's answer. May be called again.
    func leave() async
    /// Bytes of the peer's messages that have come so far, those of a message that is still coming included: what tells a slow peer from a
    /// silent one.
    var receivedByteCount: UInt64 { get }
    /// Bytes given to the network so far: what tells a link that is slow from a peer that reads nothing.
    var sentByteCount: UInt64 { get }
    /// The certificate that the peer showed in TLS, DER.
    var peerCertificateDER: [UInt8] { get }
    /// Keying material of this TLS connection (RFC 8446 §7.5).
    func exporter(label: String, context: [UInt8], length: Int) throws -> [UInt8]
}

extension MessageTransport {
    public func leave() async { await close() }
    public var receivedByteCount: UInt64 { 0 }
    public var sentByteCount: UInt64 { 0 }
}

extension SecureConnection: MessageTransport {
    public var receivedByteCount: UInt64 { statistics.applicationBytesArrived }
    public var sentByteCount: UInt64 { statistics.wireBytesSent }
}
