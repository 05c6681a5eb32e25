/// What ties a greeting to one TLS connection: its exporter value and the two certificates that it authenticated.
struct ChannelBinding: Sendable, Hashable {
    /// RFC 9266 §2.
    static let exporterLabel = "EXPORTER-Channel-Binding"
    static let exporterByteCount = 32

    let exporter: [UInt8]
    let senderCertificate: ContentDigest
    let receiverCertificate: ContentDigest

    init(exporter: [UInt8], senderCertificate: ContentDigest, receiverCertificate: ContentDigest) {
        self.exporter = exporter
        self.senderCertificate = senderCertificate
        self.receiverCertificate = receiverCertificate
    }

    static func ofSender(_ identity: Identity, _ transport: any MessageTransport) throws(ProtocolError) -> ChannelBinding {
        ChannelBinding(
            exporter: try exporter(of: transport), senderCertificate: identity.certificateDigest,
            receiverCertificate: ContentDigest(of: transport.peerCertificateDER))
    }

    static func ofReceiver(_ identity: Identity, _ transport: any MessageTransport) throws(ProtocolError) -> ChannelBinding {
        ChannelBinding(
            exporter: try exporter(of: transport), senderCertificate: ContentDigest(of: transport.peerCertificateDER),
            receiverCertificate: identity.certificateDigest)
    }

    private static func exporter(of transport: any MessageTransport) throws(ProtocolError) -> [UInt8] {
        guard let value = try? transport.exporter(label: exporterLabel, context: [], length: exporterByteCount),
            value.count == exporterByteCount
        else { throw ProtocolError(.cut, "the connection's TLS gives no exporter value; connect again") }
        return value
    }
}
