/// A ZeroMQ multipart message: frames of bytes that arrive together or not at all.
public struct Message: Sendable, Hashable {
    public var frames: [[UInt8]]

    public init(frames: [[UInt8]]) {
        self.frames = frames
    }
}

/// What a session runs over: whole messages, in order, between two ends that TLS 1.3 has authenticated.
///
/// A conformer keeps these promises:
/// - `send` suspends while the peer or the link is slow, and messages leave in the order of the calls;
/// - `receive` returns `nil` after the peer has closed in an orderly way, and loses no message when its task is cancelled;
/// - after `close`, pending calls return soon.
public protocol MessageTransport: Sendable {
    func send(_ message: Message) async throws
    func receive() async throws -> Message?
    /// Delivers what was sent, then closes. May be called again.
    func close() async
    /// The certificate that the peer showed in TLS, DER.
    var peerCertificateDER: [UInt8] { get }
    /// Keying material of this TLS connection (RFC 8446 §7.5).
    func exporter(label: String, context: [UInt8], length: Int) throws -> [UInt8]
}
