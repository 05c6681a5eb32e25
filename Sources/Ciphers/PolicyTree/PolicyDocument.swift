import Crypto
import Foundation

/// An image that opens for readers who satisfy a policy.
///
/// **This is not attribute-based encryption.** ABE needs pairings, and gives each reader one key that opens alone. Here the content key is
/// shared along the tree (``SecretSharing`` at each gate), and each leaf's share is sealed by HPKE (RFC 9180) to the authority for its
/// attribute, which re-seals it to a reader. Authorities must be reachable and honest.
///
/// | bytes | content |
/// | ----- | ---- |
/// | 16    | identifier, random |
/// | 2     | length of the policy, little endian |
/// | n     | the policy |
/// | 80 each | a leaf's sealed share: encapsulated key (32), ciphertext (32), tag (16); leaves from left to right |
/// | rest  | the image under AES-256-GCM (``AESGCMCipher``) with the content key bound to the bytes before it |
public struct PolicyDocument: Hashable, Sendable {
    static let suite = HPKE.Ciphersuite(kem: .Curve25519_HKDF_SHA256, kdf: .HKDF_SHA256, aead: .AES_GCM_256)
    static let shareByteCount = 32
    static let sealedByteCount = 32 + shareByteCount + 16

    public let identifier: [UInt8]
    public let policy: Policy
    /// A sealed share for each leaf.
    public let leaves: [[UInt8]]
    let image: [UInt8]

    /// Seals an image.
    ///
    /// - Parameter authorities: the public key of the authority for each attribute of the policy.
    /// - Throws: ``CipherError``: `invalidParameter` for a bad policy or an attribute without authority, `library`.
    public init(
        _ plane: Plane, policy: Policy, authorities: [String: Curve25519.KeyAgreement.PublicKey]
    ) throws(CipherError) {
        try policy.validate()
        var generator = SystemRandomNumberGenerator()
        func random(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) } }
        let contentKey = random(Self.shareByteCount)
        identifier = random(16)
        self.policy = policy
        var leaves: [[UInt8]] = []
        for (index, share) in Self.shares(of: contentKey, policy, random).enumerated() {
            guard let authority = authorities[share.attribute] else {
                throw CipherError(.invalidParameter, "no authority for the attribute \(share.attribute)")
            }
            leaves.append(
                try Self.seal(share.bytes, to: authority, info: Self.leafInfo(identifier, policy, index)))
        }
        self.leaves = leaves
        image = try AESGCMCipher().encrypt(plane, key: try Self.imageKey(contentKey, identifier, policy, leaves)).container()
    }

    /// The image, from enough opened shares.
    ///
    /// - Parameter shares: by the number of their leaf.
    /// - Throws: ``CipherError``: `notAuthorised` for too few shares, `notAuthentic` for wrong ones.
    public func open(_ shares: [Int: [UInt8]]) throws(CipherError) -> Plane {
        var leaf = 0
        guard let contentKey = Self.combine(policy, shares, &leaf), contentKey.count == Self.shareByteCount else {
            throw CipherError(.notAuthorised, "the shares at hand do not satisfy the policy")
        }
        return try AESGCMCipher().decrypt(.container(image), key: try Self.imageKey(contentKey, identifier, policy, leaves))
    }

    // MARK: Bytes

    public var bytes: [UInt8] { Self.head(identifier, policy, leaves) + image }

    /// - Throws: ``CipherError`` `malformed`, `invalidParameter`.
    public init(bytes: [UInt8]) throws(CipherError) {
        guard bytes.count >= 18 else { throw CipherError(.malformed, "a policy document is cut off") }
        let policyEnd = 18 + Int(bytes[16]) + Int(bytes[17]) << 8
        guard bytes.count >= policyEnd else { throw CipherError(.malformed, "a policy is cut off") }
        identifier = Array(bytes[..<16])
        policy = try Policy(bytes: bytes[18..<policyEnd])
        let count = policy.attributes.count
        let imageStart = policyEnd + count * Self.sealedByteCount
        guard bytes.count >= imageStart else { throw CipherError(.malformed, "the shares of a policy are cut off") }
        leaves = (0..<count).map { Array(bytes[policyEnd + $0 * Self.sealedByteCount..<policyEnd + ($0 + 1) * Self.sealedByteCount]) }
        image = Array(bytes[imageStart...])
    }

    private static func head(_ identifier: [UInt8], _ policy: Policy, _ leaves: [[UInt8]]) -> [UInt8] {
        let policy = policy.bytes
        return identifier + LittleEndian.bytes(UInt16(truncatingIfNeeded: policy.count)) + policy + leaves.flatMap { $0 }
    }

    // MARK: Sharing along the tree

    private static func shares(
        of secret: [UInt8], _ policy: Policy, _ random: (Int) -> [UInt8]
    ) -> [(attribute: String, bytes: [UInt8])] {
        switch policy {
        case .attribute(let name): return [(name, secret)]
        case .threshold(let needed, let children):
            let shares = SecretSharing.split(
                secret, needed: needed, count: children.count, random: random(secret.count * (needed - 1)))
            return zip(children, shares).flatMap { Self.shares(of: $1, $0, random) }
        }
    }

    private static func combine(_ policy: Policy, _ shares: [Int: [UInt8]], _ leaf: inout Int) -> [UInt8]? {
        switch policy {
        case .attribute:
            defer { leaf += 1 }
            return shares[leaf]
        case .threshold(let needed, let children):
            var opened: [(number: Int, bytes: [UInt8])] = []
            for (number, child) in children.enumerated() {
                if let bytes = combine(child, shares, &leaf) { opened.append((number, bytes)) }
            }
            guard opened.count >= needed, Set(opened.map(\.bytes.count)).count == 1 else { return nil }
            return SecretSharing.combine(Array(opened.prefix(needed)))
        }
    }

    private static func imageKey(
        _ contentKey: [UInt8], _ identifier: [UInt8], _ policy: Policy, _ leaves: [[UInt8]]
    ) throws(CipherError) -> StageKey {
        try StageKey(
            contentKey: SymmetricKey(data: contentKey), stage: .policyTree, index: 0, header: head(identifier, policy, leaves))
    }

    // MARK: Sealing shares

    /// "veilray/1 policy leaf" ‖ 00 ‖ identifier ‖ SHA-256(policy) ‖ number of the leaf in two bytes, little endian: a share opens at its
    /// place in its document only.
    static func leafInfo(_ identifier: [UInt8], _ policy: Policy, _ leaf: Int) -> [UInt8] {
        Array("veilray/1 policy leaf".utf8) + [0] + identifier + Array(SHA256.hash(data: policy.bytes))
            + LittleEndian.bytes(UInt16(truncatingIfNeeded: leaf))
    }

    static func seal(_ share: [UInt8], to key: Curve25519.KeyAgreement.PublicKey, info: [UInt8]) throws(CipherError) -> [UInt8] {
        do {
            var sender = try HPKE.Sender(recipientKey: key, ciphersuite: suite, info: Data(info))
            let sealed = try sender.seal(Data(share))
            return Array(sender.encapsulatedKey) + Array(sealed)
        } catch {
            throw CipherError(.library, "HPKE refused to seal a share")
        }
    }

    static func open(
        _ sealed: [UInt8], with key: Curve25519.KeyAgreement.PrivateKey, info: [UInt8]
    ) throws(CipherError) -> [UInt8] {
        guard sealed.count == sealedByteCount else { throw CipherError(.malformed, "a sealed share has \(sealedByteCount) bytes") }
        do {
            var recipient = try HPKE.Recipient(
                privateKey: key, ciphersuite: suite, info: Data(info), encapsulatedKey: Data(sealed[..<32]))
            return Array(try recipient.open(Data(sealed[32...])))
        } catch {
            throw CipherError(.notAuthentic, "a share is sealed to another key, or for another place")
        }
    }
}
