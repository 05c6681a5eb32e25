import Basics

/// What ties a greeting to one TLS connection: its exporter value and the two certificates that it authenticated.
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
