import Crypto
import Foundation

/// A reader's request to an authority: its leaf's share, re-sealed to the reader's key.
public struct ShareRequest: Sendable {
    public let document: PolicyDocument
    public let leaf: Int
    /// X25519: the one key of the reader, which every credential has to name.
    public let requester: [UInt8]
    /// All that the reader has, not only the one for this leaf.
    public let credentials: [Credential]

    public init(document: PolicyDocument, leaf: Int, requester: [UInt8], credentials: [Credential]) {
        (self.document, self.leaf, self.requester, self.credentials) = (document, leaf, requester, credentials)
    }
}

/// The holder of the shares for one attribute; it delegates them to readers who satisfy the whole policy.
///
/// Readers who each have a part of the attributes cannot put shares together: before it re-seals, every authority checks that
/// credentials for **one** key satisfy the document's whole policy, so neither of them gets anything.
public actor Authority {
    /// One delegation or refusal, for the authority's auditors.
    public struct LogEntry: Hashable, Sendable {
        public let time: UInt64
        public let document: [UInt8]
        public let leaf: Int
        public let requester: [UInt8]
        public let isGranted: Bool
    }

    public nonisolated let attribute: String
    public nonisolated let publicKey: Curve25519.KeyAgreement.PublicKey
    private let key: Curve25519.KeyAgreement.PrivateKey
    private let issuer: Curve25519.Signing.PublicKey
    public private(set) var log: [LogEntry] = []

    /// - Parameter issuer: the key that verifies credentials.
    public init(attribute: String, key: Curve25519.KeyAgreement.PrivateKey, issuer: Curve25519.Signing.PublicKey) {
        self.attribute = attribute
        self.key = key
        self.issuer = issuer
        publicKey = key.publicKey
    }

    /// The leaf's share, sealed to the requester.
    ///
    /// - Parameter time: seconds since 1970.
    /// - Throws: ``CipherError``: `notAuthorised` where the credentials do not satisfy the policy for the requester's key, `notAuthentic` for a
    ///   leaf that was not sealed to this authority in this document, `invalidParameter` for a leaf or a key that is none.
    public func delegate(_ request: ShareRequest, at time: UInt64) throws(CipherError) -> [UInt8] {
        do {
            let sealed = try grant(request, at: time)
            note(request, time, isGranted: true)
            return sealed
        } catch {
            note(request, time, isGranted: false)
            throw error
        }
    }

    private func grant(_ request: ShareRequest, at time: UInt64) throws(CipherError) -> [UInt8] {
        let document = request.document
        guard document.leaves.indices.contains(request.leaf), document.policy.attributes[request.leaf] == attribute,
            let requester = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: Data(request.requester))
        else { throw CipherError(.invalidParameter, "no leaf of this authority, or no key of a reader") }
        let attributes = request.credentials
            .filter { $0.holder == request.requester && $0.isValid(at: time, issuer: issuer) }
            .map(\.attribute)
        guard attributes.contains(attribute), document.policy.isSatisfied(by: Set(attributes)) else {
            throw CipherError(.notAuthorised, "the credentials for this key do not satisfy the policy")
        }
        let info = PolicyDocument.leafInfo(document.identifier, document.policy, request.leaf)
        let share = try PolicyDocument.open(document.leaves[request.leaf], with: key, info: info)
        return try PolicyDocument.seal(share, to: requester, info: info + request.requester)
    }

    private func note(_ request: ShareRequest, _ time: UInt64, isGranted: Bool) {
        log.append(
            LogEntry(
                time: time, document: request.document.identifier, leaf: request.leaf, requester: request.requester,
                isGranted: isGranted))
    }
}

/// The reader's half.
public struct PolicyReader: Sendable {
    private let key: Curve25519.KeyAgreement.PrivateKey

    public init(key: Curve25519.KeyAgreement.PrivateKey) { self.key = key }

    public var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }

    /// The image, from the shares that authorities delegated.
    ///
    /// - Parameter delegated: by the number of the leaf.
    /// - Throws: ``CipherError`` `notAuthorised`, `notAuthentic`.
    public func open(_ document: PolicyDocument, delegated: [Int: [UInt8]]) throws(CipherError) -> Plane {
        var shares: [Int: [UInt8]] = [:]
        for (leaf, sealed) in delegated {
            let info = PolicyDocument.leafInfo(document.identifier, document.policy, leaf) + publicKey
            shares[leaf] = try PolicyDocument.open(sealed, with: key, info: info)
        }
        return try document.open(shares)
    }
}

/// An issuer's signed word that the holder of a key has an attribute until some time.
public struct Credential: Hashable, Sendable {
    public let attribute: String
    /// X25519, 32 bytes.
    public let holder: [UInt8]
    /// Seconds since 1970.
    public let validUntil: UInt64
    /// Ed25519, 64 bytes.
    public let signature: [UInt8]

    /// - Throws: ``CipherError`` `library`.
    public init(
        attribute: String, holder: Curve25519.KeyAgreement.PublicKey, validUntil: UInt64, issuer: Curve25519.Signing.PrivateKey
    ) throws(CipherError) {
        self.attribute = attribute
        self.holder = Array(holder.rawRepresentation)
        self.validUntil = validUntil
        do {
            signature = Array(try issuer.signature(for: Self.statement(attribute, self.holder, validUntil)))
        } catch {
            throw CipherError(.library, "Ed25519 refused to sign")
        }
    }

    /// A credential that came from elsewhere; it is judged when it is used.
    public init(attribute: String, holder: [UInt8], validUntil: UInt64, signature: [UInt8]) {
        (self.attribute, self.holder, self.validUntil, self.signature) = (attribute, holder, validUntil, signature)
    }

    func isValid(at time: UInt64, issuer: Curve25519.Signing.PublicKey) -> Bool {
        time <= validUntil && issuer.isValidSignature(Data(signature), for: Self.statement(attribute, holder, validUntil))
    }

    /// "veilray/1 credential" ‖ 00 ‖ holder ‖ time in 8 bytes, little endian ‖ attribute.
    private static func statement(_ attribute: String, _ holder: [UInt8], _ validUntil: UInt64) -> Data {
        Data(Array("veilray/1 credential".utf8) + [0] + holder + LittleEndian.bytes(validUntil) + Array(attribute.utf8))
    }
}
