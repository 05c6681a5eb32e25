import Crypto

/// Bytes and an identity's Ed25519 signature over them (RFC 8032).
///
/// The signature covers `"veilray/1 " + kind + 0x00 + body`, so that a statement of one kind never passes as one of another.
/// The body is kept and passed on exactly as it was signed.
struct SignedStatement: Sendable, Hashable {
    enum Kind: String {
        case card
        case manifest
        case instanceReceipt = "instance receipt"
        case studyReceipt = "study receipt"
    }

    static let signatureByteCount = 64

    let body: [UInt8]
    let signature: [UInt8]

    init(body: [UInt8], signature: [UInt8]) {
        self.body = body
        self.signature = signature
    }

    init(signing body: [UInt8], kind: Kind, key: Curve25519.Signing.PrivateKey) throws(ProtocolError) {
        self.body = body
        signature = try Signing.signature(over: Self.covered(body, kind), key: key)
    }

    func isValid(kind: Kind, key: Curve25519.Signing.PublicKey) -> Bool {
        key.isValidSignature(signature, for: Self.covered(body, kind))
    }

    private static func covered(_ body: [UInt8], _ kind: Kind) -> [UInt8] {
        Array("veilray/1 \(kind.rawValue)".utf8) + [0] + body
    }
}

extension SignedStatement {
    init(_ wire: WireSignedStatement) {
        self.init(body: Array(wire.body), signature: Array(wire.signature))
    }

    /// Reads the form that files hold. `nil` when it is not one.
    init?(serialized bytes: [UInt8]) {
        guard let wire = try? WireSignedStatement(serializedBytes: bytes) else { return nil }
        self.init(wire)
    }

    var wire: WireSignedStatement {
        .with {
            $0.body = .init(body)
            $0.signature = .init(signature)
        }
    }

    func serialized() throws(ProtocolError) -> [UInt8] {
        try Serialization.bytes(of: wire)
    }
}
