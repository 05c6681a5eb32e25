import Crypto

/// Bytes and an identity's Ed25519 signature over them (RFC 8032).
///
/// The signature covers `"veilray/1 " + kind + 0x00 + body`, so that a statement of one kind never passes as one of another.
/// The body is kept and passed on exactly as it was signed.
public struct SignedStatement: Sendable, Hashable {
    /// The subject of a statement. Each kind is declared once, where it is used, also in other modules:
    ///
    /// ```swift
    /// extension SignedStatement.Kind {
    ///     static let invitation = SignedStatement.Kind("invitation")
    /// }
    /// ```
    ///
    /// A test reads all sources and fails when two declarations share their context.
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        let context: String

        /// - Parameter context: lower-case words, in the source only. It belongs to this kind for ever.
        public init(_ context: StaticString) {
            self.context = context.description
        }

        public var description: String { context }

        /// The bytes in front of those that are signed.
        var prefix: [UInt8] { Array("veilray/1 \(context)".utf8) + [0] }
    }

    static let signatureByteCount = 64

    public let body: [UInt8]
    let signature: [UInt8]

    init(body: [UInt8], signature: [UInt8]) {
        self.body = body
        self.signature = signature
    }

    /// Signs.
    ///
    /// - Throws: ``ProtocolError/Code/keyFileDamaged``
    public init(signing body: [UInt8], kind: Kind, by identity: Identity) throws(ProtocolError) {
        try self.init(signing: body, kind: kind, key: identity.signingKey)
    }

    init(signing body: [UInt8], kind: Kind, key: Curve25519.Signing.PrivateKey) throws(ProtocolError) {
        self.body = body
        signature = try Signing.signature(over: kind.prefix + body, key: key)
    }

    /// Whether the card's identity has signed this, as a statement of this kind.
    public func isSigned(by card: Card, kind: Kind) -> Bool { card.verifies(self, kind: kind) }

    func isValid(kind: Kind, key: Curve25519.Signing.PublicKey) -> Bool {
        key.isValidSignature(signature, for: kind.prefix + body)
    }
}

extension SignedStatement {
    init(_ wire: WireSignedStatement) {
        self.init(body: Array(wire.body), signature: Array(wire.signature))
    }

    /// Reads the form that files hold. `nil` when it is not one.
    public init?(serialized bytes: [UInt8]) {
        guard let wire = try? WireSignedStatement(serializedBytes: bytes) else { return nil }
        self.init(wire)
    }

    var wire: WireSignedStatement {
        .with {
            $0.body = .init(body)
            $0.signature = .init(signature)
        }
    }

    /// The form that files hold.
    public func serialized() throws(ProtocolError) -> [UInt8] {
        try Serialization.bytes(of: wire)
    }
}
