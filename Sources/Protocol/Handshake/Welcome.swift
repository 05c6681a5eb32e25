import Foundation

/// What a receiver answers: the terms of this session.
struct Welcome: Sendable, Hashable {
    var version: UInt32
    var versions: [UInt32]
    var capabilities: Capabilities
    var nonce: [UInt8]
    var fingerprint: Fingerprint
    var keepsStego: Bool
    var limits: SessionLimits
    /// X-Wing public key of this session only.
    var freshKey: [UInt8]

    init(
        version: UInt32, versions: [UInt32], capabilities: Capabilities, nonce: [UInt8], fingerprint: Fingerprint, keepsStego: Bool,
        limits: SessionLimits, freshKey: [UInt8]
    ) {
        self.version = version
        self.versions = versions
        self.capabilities = capabilities
        self.nonce = nonce
        self.fingerprint = fingerprint
        self.keepsStego = keepsStego
        self.limits = limits
        self.freshKey = freshKey
    }

    init(body: [UInt8]) throws(ProtocolError) {
        guard let wire = try? WireWelcomeBody(serializedBytes: body), wire.nonce.count == Hello.nonceByteCount,
            let fingerprint = Fingerprint(bytes: wire.fingerprint), wire.freshKey.count == HybridEncryption.publicKeyByteCount
        else { throw .violation("a Welcome that cannot be read") }
        version = wire.version
        versions = Array(wire.versions.prefix(64))
        capabilities = Capabilities(wire.capabilities)
        nonce = Array(wire.nonce)
        self.fingerprint = fingerprint
        keepsStego = wire.keepsStego
        limits = try SessionLimits(wire.limits)
        freshKey = Array(wire.freshKey)
    }

    func body() throws(ProtocolError) -> [UInt8] {
        try Serialization.bytes(
            of: WireWelcomeBody.with {
                $0.version = version
                $0.versions = versions
                $0.capabilities = capabilities.wire
                $0.nonce = Data(nonce)
                $0.fingerprint = Data(fingerprint.bytes)
                $0.keepsStego = keepsStego
                $0.limits = limits.wire
                $0.freshKey = Data(freshKey)
            })
    }
}
