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

/// The condition for reading: a tree of attributes and of gates that need k of their n children.
public indirect enum Policy: Hashable, Sendable {
    /// The authority for this attribute has to agree. At most 255 bytes of UTF-8.
    case attribute(String)
    /// At least `needed` of the children, 1 … their number; at most 255 children.
    case threshold(needed: Int, of: [Policy])

    public static func all(_ children: [Policy]) -> Policy { .threshold(needed: children.count, of: children) }
    public static func any(_ children: [Policy]) -> Policy { .threshold(needed: 1, of: children) }

    static let maximumDepth = 16
    static let maximumLeafCount = 1024

    /// The attributes of the leaves, from left to right.
    public var attributes: [String] {
        switch self {
        case .attribute(let name): [name]
        case .threshold(_, let children): children.flatMap(\.attributes)
        }
    }

    public func isSatisfied(by attributes: Set<String>) -> Bool {
        switch self {
        case .attribute(let name): attributes.contains(name)
        case .threshold(let needed, let children): children.count { $0.isSatisfied(by: attributes) } >= needed
        }
    }

    /// - Throws: ``CipherError`` `invalidParameter` outside the ranges that the cases name, above 16 gates in depth or 1,024 leaves.
    func validate() throws(CipherError) {
        guard isValid(depth: 0), attributes.count <= Self.maximumLeafCount else {
            throw CipherError(.invalidParameter, "a policy has gates of 1 to n of at most 255 children and attributes of 1 to 255 bytes")
        }
    }

    private func isValid(depth: Int) -> Bool {
        switch self {
        case .attribute(let name): (1...255).contains(name.utf8.count)
        case .threshold(let needed, let children):
            depth < Self.maximumDepth && (1...255).contains(children.count) && (1...children.count).contains(needed)
                && children.allSatisfy { $0.isValid(depth: depth + 1) }
        }
    }

    /// A leaf is a byte 0, its length and its text; a gate is a byte 1, k, n and its children.
    var bytes: [UInt8] {
        switch self {
        case .attribute(let name): [0, UInt8(truncatingIfNeeded: name.utf8.count)] + Array(name.utf8)
        case .threshold(let needed, let children):
            [1, UInt8(truncatingIfNeeded: needed), UInt8(truncatingIfNeeded: children.count)] + children.flatMap(\.bytes)
        }
    }

    /// - Throws: ``CipherError`` `malformed`, `invalidParameter`.
    init(bytes: ArraySlice<UInt8>) throws(CipherError) {
        var rest = bytes
        self = try Self.read(&rest, depth: 0)
        guard rest.isEmpty else { throw CipherError(.malformed, "bytes behind a policy") }
        try validate()
    }

    private static func read(_ rest: inout ArraySlice<UInt8>, depth: Int) throws(CipherError) -> Policy {
        guard depth <= maximumDepth else { throw CipherError(.malformed, "a policy of more than \(maximumDepth) gates in depth") }
        switch try next(&rest) {
        case 0:
            let count = Int(try next(&rest))
            guard rest.count >= count, let name = String(validating: rest.prefix(count), as: UTF8.self) else {
                throw CipherError(.malformed, "an attribute of a policy is cut off or no text")
            }
            rest = rest.dropFirst(count)
            return .attribute(name)
        case 1:
            let (needed, count) = (Int(try next(&rest)), Int(try next(&rest)))
            var children: [Policy] = []
            for _ in 0..<count { children.append(try read(&rest, depth: depth + 1)) }
            return .threshold(needed: needed, of: children)
        default: throw CipherError(.malformed, "a policy has leaves and gates only")
        }
    }

    private static func next(_ rest: inout ArraySlice<UInt8>) throws(CipherError) -> UInt8 {
        guard let byte = rest.popFirst() else { throw CipherError(.malformed, "a policy is cut off") }
        return byte
    }
}
