import Crypto
import Foundation

/// Versions of the wire protocol.
enum ProtocolVersion {
    /// All that this release speaks.
    static let supported: [UInt32] = [1]

    /// The highest that both speak.
    static func highestCommon(_ ours: [UInt32], _ theirs: [UInt32]) -> UInt32? {
        Set(ours).intersection(theirs).max()
    }
}

/// The initiator's first message.
struct Hello: Sendable, Hashable {
    static let nonceByteCount = 32

    var versions: [UInt32]
    var capabilities: Capabilities
    var nonce: [UInt8]
    var fingerprint: Fingerprint
    /// Whether the initiator may open studies.
    var isSource: Bool
    /// The terms on which the initiator takes studies; `nil` when it takes none.
    var sink: SinkTerms?
}

extension Hello {
    init(body: [UInt8]) throws(ProtocolError) {
        guard let wire = try? WireHelloBody(serializedBytes: body), wire.nonce.count == Self.nonceByteCount,
            let fingerprint = Fingerprint(bytes: wire.fingerprint)
        else { throw .violation("a Hello that cannot be read") }
        versions = Array(wire.versions.prefix(64))
        capabilities = Capabilities(wire.capabilities)
        nonce = Array(wire.nonce)
        self.fingerprint = fingerprint
        isSource = wire.source
        sink = wire.hasSink ? try SinkTerms(wire.sink) : nil
    }

    func body() throws(ProtocolError) -> [UInt8] {
        try Serialization.bytes(
            of: WireHelloBody.with {
                $0.versions = versions
                $0.capabilities = capabilities.wire
                $0.nonce = Data(nonce)
                $0.fingerprint = Data(fingerprint.bytes)
                $0.source = isSource
                if let sink { $0.sink = sink.wire }
            })
    }

    static func freshNonce() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<nonceByteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}

/// A side's terms for taking studies, with the key to which study keys of this session are sealed.
struct SinkTerms: Sendable, Hashable {
    var terms: StudyTerms
    private var freshKeyBytes: [UInt8]

    /// `nil` without terms or key: the side takes no studies.
    init?(_ terms: StudyTerms?, _ freshKey: FreshKey?) {
        guard let terms, let freshKey else { return nil }
        self.terms = terms
        freshKeyBytes = Array(freshKey.publicKey.rawRepresentation)
    }

    /// - Throws: ``ProtocolError/Code/protocolViolation`` when the key is none, or the limits are not allowed.
    init(_ wire: WireSinkTerms) throws(ProtocolError) {
        freshKeyBytes = Array(wire.freshKey)
        terms = StudyTerms(keepsStego: wire.keepsStego, limits: try SessionLimits(wire.limits))
        _ = try freshKey()
    }

    /// - Throws: ``ProtocolError/Code/protocolViolation``
    func freshKey() throws(ProtocolError) -> XWingMLKEM768X25519.PublicKey {
        guard freshKeyBytes.count == HybridEncryption.publicKeyByteCount,
            let key = try? XWingMLKEM768X25519.PublicKey(rawRepresentation: freshKeyBytes)
        else { throw .violation("terms without a usable key") }
        return key
    }

    var wire: WireSinkTerms {
        .with {
            $0.keepsStego = terms.keepsStego
            $0.limits = terms.limits.wire
            $0.freshKey = Data(freshKeyBytes)
        }
    }
}

/// The responder's answer: the terms of this session.
struct Welcome: Sendable, Hashable {
    var version: UInt32
    var versions: [UInt32]
    /// The capabilities of both.
    var capabilities: Capabilities
    var nonce: [UInt8]
    var fingerprint: Fingerprint
    /// Whether the responder may open studies.
    var isSource: Bool
    /// The terms on which the responder takes studies; `nil` when it takes none.
    var sink: SinkTerms?
}

extension Welcome {
    init(body: [UInt8]) throws(ProtocolError) {
        guard let wire = try? WireWelcomeBody(serializedBytes: body), wire.nonce.count == Hello.nonceByteCount,
            let fingerprint = Fingerprint(bytes: wire.fingerprint)
        else { throw .violation("a Welcome that cannot be read") }
        version = wire.version
        versions = Array(wire.versions.prefix(64))
        capabilities = Capabilities(wire.capabilities)
        nonce = Array(wire.nonce)
        self.fingerprint = fingerprint
        isSource = wire.source
        sink = wire.hasSink ? try SinkTerms(wire.sink) : nil
    }

    func body() throws(ProtocolError) -> [UInt8] {
        try Serialization.bytes(
            of: WireWelcomeBody.with {
                $0.version = version
                $0.versions = versions
                $0.capabilities = capabilities.wire
                $0.nonce = Data(nonce)
                $0.fingerprint = Data(fingerprint.bytes)
                $0.source = isSource
                if let sink { $0.sink = sink.wire }
            })
    }
}
