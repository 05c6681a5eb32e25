public import Basics
import Concurrency

/// The reason that the channel could not do what was asked of it.
///
/// Switch on ``code``; show ``description`` to people. Nothing secret ever enters an error.
public struct ChannelError: ClassifiedFailure, Hashable, Sendable {
    /// The kinds of failure. A kind keeps its meaning from release to release.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// A certificate or private key cannot be read, or the two do not belong together.
        case invalidCredentials
        /// A value of ``ChannelConfiguration``, ``ListenerLimits`` or ``PeerPolicy`` makes no sense.
        case invalidConfiguration
        /// The host name has no address.
        case unknownHost
        /// The address cannot be listened on.
        case cannotListen
        /// No TCP connection came about.
        case cannotConnect
        /// The TLS handshake was not finished in time.
        case handshakeTimedOut
        /// The peer went away during the TLS handshake.
        case handshakeInterrupted
        /// The other side does not speak TLS.
        case notTLS
        /// The other side does not offer TLS 1.3.
        case unsupportedTLSVersion
        /// The peer presented no certificate.
        case noPeerCertificate
        /// This side does not trust the peer's certificate.
        case peerNotTrusted
        /// The peer does not trust this side's certificate. It has said so itself, by a TLS alert; no broken link looks like it.
        case refusedByPeer
        /// The peer took leave before it had said anything: it serves as many as it may, or is about to end.
        case turnedAway
        /// This side turned the connection away because it serves as many as it may.
        case tooManyConnections
        /// TLS failed in another way; see ``ChannelError/details``.
        case tlsFailure
        /// The bytes that came through TLS are not ZeroMQ, or break its rules.
        case protocolViolation
        /// A message exceeds the limit on its bytes or frames.
        case messageTooLarge
        /// A message has no frame.
        case invalidMessage
        /// Nothing was heard from the peer for longer than ``ChannelConfiguration/silenceTimeout``.
        case peerSilent
        /// The connection broke without the peer having closed it.
        case cut
        /// The connection is closed.
        case closed
        /// The awaiting task was cancelled.
        case cancelled
        /// The operating system refused something.
        case systemFailure
    }

    /// The kind of failure.
    public let code: Code

    /// What happened and what to do, in a sentence for people.
    public let reason: String

    /// The peer that it concerns, as `host:port`, where one is known.
    public let peer: String?

    /// OpenSSL's error stack, oldest entry first; empty where OpenSSL was not involved.
    public let details: [String]

    /// With `peerNotTrusted`: the certificate that was refused, in DER. It is a stranger's, who need not even own it.
    public let refusedCertificateDER: [UInt8]?

    init(_ code: Code, _ reason: String, peer: String? = nil, details: [String] = [], refusedCertificateDER: [UInt8]? = nil) {
        self.code = code
        self.reason = reason
        self.peer = peer
        self.details = details
        self.refusedCertificateDER = refusedCertificateDER
    }

    /// The same error, naming the peer it concerns.
    func concerning(_ peer: String) -> ChannelError {
        ChannelError(code, reason, peer: peer, details: details, refusedCertificateDER: refusedCertificateDER)
    }

    /// The same error with the certificate that it is about, where it is about one.
    func about(_ certificateDER: [UInt8]?) -> ChannelError {
        guard code == .peerNotTrusted else { return self }
        return ChannelError(code, reason, peer: peer, details: details, refusedCertificateDER: certificateDER)
    }
}

extension ChannelError: CustomStringConvertible {
    public var description: String {
        var text = peer.map { "\($0): \(reason)" } ?? reason
        if !details.isEmpty {
            text += " (\(details.joined(separator: "; ")))"
        }
        return text
    }
}

extension ChannelError {
    static let cancelled = ChannelError(.cancelled, "cancelled")

    static let closedHere = ChannelError(.closed, "this side has closed the connection")

    static let closedByPeer = ChannelError(.closed, "the peer has closed the connection")

    /// - Parameter doing: What was tried, such as "make a socket".
    static func system(_ doing: String, errno number: Int32) -> ChannelError {
        ChannelError(.systemFailure, "cannot \(doing): \(systemMessage(number))")
    }
}

extension ChannelError {
    public var kind: FailureKind {
        switch code {
        case .noPeerCertificate, .peerNotTrusted, .refusedByPeer: .notTrusted
        case .unknownHost, .cannotListen, .cannotConnect, .handshakeTimedOut, .handshakeInterrupted, .notTLS, .unsupportedTLSVersion,
            .tooManyConnections:
            .unavailable
        case .invalidCredentials, .invalidConfiguration: .invalidRequest
        case .systemFailure: .fileAccess
        case .turnedAway, .tlsFailure, .protocolViolation, .messageTooLarge, .invalidMessage, .peerSilent, .cut, .closed, .cancelled:
            .temporary
        }
    }
}

extension DedicatedThread {
    /// As ``start(name:stackSize:_:)``, with this module's error.
    static func startForChannel(name: String, _ body: @escaping @Sendable () -> Void) throws(ChannelError) {
        do { try start(name: name, body) } catch { throw .system(error.operation, errno: error.number) }
    }
}
