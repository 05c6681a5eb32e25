import Crypto
import SeededRandomness
import TestSupport
import Testing

@testable import Ciphers

@Suite("Access by attributes")
struct PolicyTreeTests {
    private let issuer = Curve25519.Signing.PrivateKey()
    private let policy = PolicyTree.standardPolicy
    private let authorities: [String: Authority]
    private let plane: Plane
    private let document: PolicyDocument

    init() throws {
        let issuer = issuer
        authorities = Dictionary(
            uniqueKeysWithValues: policy.attributes.map {
                ($0, Authority(attribute: $0, key: Curve25519.KeyAgreement.PrivateKey(), issuer: issuer.publicKey))
            })
        plane = try CipherInputs.image(width: 8, height: 6, bits: 12)
        document = try PolicyDocument(plane, policy: policy, authorities: authorities.mapValues(\.publicKey))
    }

    private func credentials(_ attributes: [String], for reader: Curve25519.KeyAgreement.PrivateKey, until: UInt64 = 1000) throws
        -> [Credential]
    {
        try attributes.map { try Credential(attribute: $0, holder: reader.publicKey, validUntil: until, issuer: issuer) }
    }

    /// What authorities delegate for the leaves of the reader's attributes.
    private func delegated(
        _ document: PolicyDocument, _ attributes: [String], _ reader: PolicyReader, _ credentials: [Credential], at time: UInt64 = 500
    ) async throws -> [Int: [UInt8]] {
        var shares: [Int: [UInt8]] = [:]
        for (leaf, attribute) in document.policy.attributes.enumerated() where attributes.contains(attribute) {
            let authority = try #require(authorities[attribute])
            shares[leaf] = try await authority.delegate(
                ShareRequest(document: document, leaf: leaf, requester: reader.publicKey, credentials: credentials), at: time)
        }
        return shares
    }

    @Test("a reader with enough attributes opens the image, and the authorities' logs say so")
    func opens() async throws {
        let key = Curve25519.KeyAgreement.PrivateKey()
        let reader = PolicyReader(key: key)
        let attributes = ["radiologist", "surgeon", "oncologist"]
        let shares = try await delegated(document, attributes, reader, try credentials(attributes, for: key))
        #expect(try reader.open(document, delegated: shares) == plane)
        #expect(try reader.open(try PolicyDocument(bytes: document.bytes), delegated: shares) == plane)
        let log = await authorities["surgeon"]?.log
        #expect(log?.count == 1)
        #expect(log?.first?.isGranted == true)
        #expect(log?.first?.requester == reader.publicKey)
        #expect(throws: CipherError.self) { try reader.open(document, delegated: shares.filter { $0.key != 0 }) }
        #expect(throws: CipherError.self) { try PolicyReader(key: .init()).open(document, delegated: shares) }
    }

    @Test("two readers who each have a part get nothing, together or alone")
    func collusion() async throws {
        let (one, other) = (Curve25519.KeyAgreement.PrivateKey(), Curve25519.KeyAgreement.PrivateKey())
        let first = try credentials(["radiologist", "surgeon"], for: one)
        let second = try credentials(["oncologist"], for: other)
        for (key, attributes) in [(one, ["radiologist", "surgeon"]), (other, ["oncologist"])] {
            await #expect(throws: CipherError.self) { try await delegated(document, attributes, PolicyReader(key: key), first + second) }
        }
        let log = await authorities["radiologist"]?.log
        #expect(log?.map(\.isGranted) == [false])
    }

    @Test("expired, forged and borrowed credentials are refused")
    func badCredentials() async throws {
        let key = Curve25519.KeyAgreement.PrivateKey()
        let attributes = ["radiologist", "surgeon", "oncologist"]
        let valid = try credentials(attributes, for: key)
        let reader = PolicyReader(key: key)
        await #expect(throws: CipherError.self) { try await delegated(document, attributes, reader, valid, at: 1001) }
        let longer = valid.map { Credential(attribute: $0.attribute, holder: $0.holder, validUntil: 9999, signature: $0.signature) }
        await #expect(throws: CipherError.self) { try await delegated(document, attributes, reader, longer, at: 1001) }
        let borrowed = try credentials(attributes, for: Curve25519.KeyAgreement.PrivateKey())
        await #expect(throws: CipherError.self) { try await delegated(document, attributes, reader, borrowed) }
    }

    @Test("a document whose policy was made easier does not open")
    func easierPolicy() async throws {
        var bytes = document.bytes
        // The first byte behind the identifier and the length is the gate's kind, the next its number of needed children.
        #expect(bytes[18] == 1 && bytes[19] == 2)
        bytes[19] = 1
        let easier = try PolicyDocument(bytes: bytes)
        let key = Curve25519.KeyAgreement.PrivateKey()
        let attempt = try credentials(["radiologist"], for: key)
        await #expect(throws: CipherError.self) { try await delegated(easier, ["radiologist"], PolicyReader(key: key), attempt) }
    }

    @Test("policies are the same after being bytes, and bad ones are refused")
    func policies() throws {
        #expect(try Policy(bytes: policy.bytes[...]) == policy)
        for bad in [
            Policy.attribute(""), .attribute(String(repeating: "x", count: 256)), .threshold(needed: 0, of: [.attribute("a")]),
            .threshold(needed: 2, of: [.attribute("a")]), .threshold(needed: 0, of: []),
            (0..<20).reduce(Policy.attribute("a")) { policy, _ in .all([policy]) },
        ] { #expect(throws: CipherError.self) { try PolicyTree(policy: bad) } }
        for count in 0..<policy.bytes.count { #expect(throws: CipherError.self) { try Policy(bytes: policy.bytes.prefix(count)) } }
        #expect(throws: CipherError.self) { try Policy(bytes: [UInt8](repeating: 1, count: 100)[...]) }
        #expect(policy.isSatisfied(by: ["radiologist", "surgeon", "oncologist"]))
        #expect(!policy.isSatisfied(by: ["radiologist", "surgeon"]))
        #expect(!policy.isSatisfied(by: ["surgeon", "oncologist", "referring physician"]))
    }

    @Test("any k of n shares give the secret, and k − 1 give no bit of it")
    func sharing() {
        var generator = SplitMix64(seed: 41)
        for (needed, count) in [(1, 1), (1, 4), (2, 3), (3, 3), (3, 6), (5, 255)] {
            let secret = generator.bytes(32)
            let shares = SecretSharing.split(secret, needed: needed, count: count, random: generator.bytes(32 * (needed - 1)))
            for _ in 0..<10 {
                let chosen = Array(shares.indices).shuffled(using: &generator).prefix(needed).map { (number: $0, bytes: shares[$0]) }
                #expect(SecretSharing.combine(chosen) == secret)
                if needed > 1 { #expect(SecretSharing.combine(Array(chosen.dropLast())) != secret) }
            }
        }
        for value in UInt8(1)...255 { #expect(GaloisField.product(value, GaloisField.inverse(value)) == 1) }
        #expect(GaloisField.product(0x57, 0x83) == 0xC1, "FIPS 197 section 4.2")
    }
}
