import Crypto
import Foundation

/// `policy-tree`: access by attributes, after Badr, Zhang, Umar: Dual Authentication-Based Encryption with a Delegation System to Protect
/// Medical Data in Cloud Computing, Electronics 8(2):171 (2019). Not attribute-based encryption: see ``PolicyDocument``.
///
/// As a cipher under one key it holds the authorities' keys itself, derived from the stage key: for measuring, and for a chain of
/// stages. Real authorities are ``Authority``.
public struct PolicyTree: ImageCipher {
    public let name = CipherName.policyTree.rawValue
    public let strength = CipherStrength.sound
    public let policy: Policy

    public static let standardPolicy = Policy.all([
        .attribute("radiologist"),
        .threshold(needed: 2, of: [.attribute("referring physician"), .attribute("surgeon"), .attribute("oncologist")]),
    ])

    public init() { policy = Self.standardPolicy }

    /// - Throws: ``CipherError`` `invalidParameter`.
    public init(policy: Policy) throws(CipherError) {
        try policy.validate()
        self.policy = policy
    }

    public func encrypt(_ plane: Plane, key: StageKey) throws(CipherError) -> Ciphertext {
        var authorities: [String: Curve25519.KeyAgreement.PublicKey] = [:]
        for attribute in policy.attributes { authorities[attribute] = try Self.authorityKey(attribute, key).publicKey }
        return .container(try PolicyDocument(plane, policy: policy, authorities: authorities).bytes)
    }

    public func decrypt(_ ciphertext: Ciphertext, key: StageKey) throws(CipherError) -> Plane {
        let document = try PolicyDocument(bytes: try ciphertext.container())
        var shares: [Int: [UInt8]] = [:]
        for (leaf, attribute) in document.policy.attributes.enumerated() {
            let info = PolicyDocument.leafInfo(document.identifier, document.policy, leaf)
            shares[leaf] = try PolicyDocument.open(document.leaves[leaf], with: try Self.authorityKey(attribute, key), info: info)
        }
        return try document.open(shares)
    }

    private static func authorityKey(_ attribute: String, _ key: StageKey) throws(CipherError) -> Curve25519.KeyAgreement.PrivateKey {
        do {
            return try Curve25519.KeyAgreement.PrivateKey(
                rawRepresentation: Data(key.derivedBytes("authority \(attribute)", byteCount: 32)))
        } catch {
            throw CipherError(.library, "X25519 refused a key")
        }
    }
}
