import Basics
import Crypto

/// Hash over everything that was said in the greeting and over the connection that it was said on.
struct Transcript: Sendable {
    private var hash = SHA256()

    init(_ binding: ChannelBinding) {
        append(Array("veilray/1 transcript".utf8))
        append(binding.exporter)
        append(binding.initiatorCertificate.bytes)
        append(binding.responderCertificate.bytes)
    }

    /// Each part is preceded by its length in eight bytes, so that no two sequences of parts hash alike.
    mutating func append(_ part: [UInt8]) {
        withUnsafeBytes(of: UInt64(part.count).bigEndian) { hash.update(bufferPointer: $0) }
        hash.update(data: part)
    }

    var digest: ContentDigest { ContentDigest(hash.finalize()) }

    /// The bytes that a side signs: its role and all that was said so far.
    func covered(by role: HandshakeRole) -> [UInt8] {
        let kind: SignedStatement.Kind = role == .initiator ? .initiatorGreeting : .responderGreeting
        return kind.prefix + digest.bytes
    }
}

extension SignedStatement.Kind {
    /// Signed as statements are, so that no statement passes as a greeting.
    fileprivate static let initiatorGreeting = SignedStatement.Kind("initiator greeting")
    fileprivate static let responderGreeting = SignedStatement.Kind("responder greeting")
}

/// The binding of a greeting to one TLS connection: its exporter value and the two certificates that it authenticated.
struct ChannelBinding: Sendable, Hashable {
    /// RFC 9266 §2.
    static let exporterLabel = "EXPORTER-Channel-Binding"
    static let exporterByteCount = 32

    let exporter: [UInt8]
    let initiatorCertificate: ContentDigest
    let responderCertificate: ContentDigest

    init(exporter: [UInt8], initiatorCertificate: ContentDigest, responderCertificate: ContentDigest) {
        self.exporter = exporter
        self.initiatorCertificate = initiatorCertificate
        self.responderCertificate = responderCertificate
    }

    static func ofInitiator(_ identity: Identity, _ transport: any MessageTransport) throws(ProtocolError) -> ChannelBinding {
        ChannelBinding(
            exporter: try exporter(of: transport), initiatorCertificate: identity.certificateDigest,
            responderCertificate: ContentDigest(of: transport.peerCertificateDER))
    }

    static func ofResponder(_ identity: Identity, _ transport: any MessageTransport) throws(ProtocolError) -> ChannelBinding {
        ChannelBinding(
            exporter: try exporter(of: transport), initiatorCertificate: ContentDigest(of: transport.peerCertificateDER),
            responderCertificate: identity.certificateDigest)
    }

    private static func exporter(of transport: any MessageTransport) throws(ProtocolError) -> [UInt8] {
        guard let value = try? transport.exporter(label: exporterLabel, context: [], length: exporterByteCount),
            value.count == exporterByteCount
        else { throw ProtocolError(.cut, "the connection's TLS gives no exporter value; connect again") }
        return value
    }
}
