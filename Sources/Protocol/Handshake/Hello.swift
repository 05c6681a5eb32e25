import Foundation

/// What a sender says first.
struct Hello: Sendable, Hashable {
    static let nonceByteCount = 32

    var versions: [UInt32]
    var capabilities: Capabilities
    var nonce: [UInt8]
    var fingerprint: Fingerprint

    init(versions: [UInt32], capabilities: Capabilities, nonce: [UInt8], fingerprint: Fingerprint) {
        self.versions = versions
        self.capabilities = capabilities
        self.nonce = nonce
        self.fingerprint = fingerprint
    }

    init(body: [UInt8]) throws(ProtocolError) {
        guard let wire = try? WireHelloBody(serializedBytes: body), wire.nonce.count == Self.nonceByteCount,
            let fingerprint = Fingerprint(bytes: wire.fingerprint)
        else { throw .violation("a Hello that cannot be read") }
        versions = Array(wire.versions.prefix(64))
        capabilities = Capabilities(wire.capabilities)
        nonce = Array(wire.nonce)
        self.fingerprint = fingerprint
    }

    func body() throws(ProtocolError) -> [UInt8] {
        try Serialization.bytes(
            of: WireHelloBody.with {
                $0.versions = versions
                $0.capabilities = capabilities.wire
                $0.nonce = Data(nonce)
                $0.fingerprint = Data(fingerprint.bytes)
            })
    }

    static func freshNonce() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<nonceByteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
