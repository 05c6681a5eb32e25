import Basics
import Crypto
import Foundation

/// `blowfish-signcryption`: signed, then enciphered by Blowfish in counter mode, under a public salt that an optimiser chose.
///
/// After Avudaiappan and others: Medical Image Security Using Dual Encryption with Oppositional Based Optimization Algorithm, Journal of
/// Medical Systems 42:208 (2018). There an optimiser chooses the key by the look of the ciphertext; keys chosen so have less entropy. Here
/// it chooses a public salt (``FlowerPollination``). The signature binds both identities, and is enciphered.
///
/// Container: salt (16 bytes), then enciphered the plane's shape, its packed samples, and the signature (64 bytes, Ed25519).
public struct BlowfishSigncryption: ImageCipher {
    /// The signer and the receiver. The signature names both.
    public struct Parties: Sendable {
        /// Ed25519.
        let signer: Curve25519.Signing.PrivateKey?
        let sender: [UInt8]
        let receiver: [UInt8]

        /// The sender's side.
        public init(signer: Curve25519.Signing.PrivateKey, receiver: [UInt8]) {
            self.signer = signer
            sender = Array(signer.publicKey.rawRepresentation)
            self.receiver = receiver
        }

        /// The receiver's side, which can only verify.
        public init(sender: Curve25519.Signing.PublicKey, receiver: [UInt8]) {
            signer = nil
            self.sender = Array(sender.rawRepresentation)
            self.receiver = receiver
        }
    }

    static let saltByteCount = 16
    static let signatureByteCount = 64
    public static let standardKeyByteCount = 56

    public let name = CipherName.blowfishSigncryption.rawValue
    public let strength = CipherStrength.legacy("blocks of 64 bits repeat (Sweet32)")
    private let parties: Parties?
    private let keyByteCount: Int
    private let optimiser: FlowerPollination?

    /// - Parameters:
    ///   - parties: nil derives them from the stage key, for measuring and for chains of stages.
    ///   - keyByteCount: of Blowfish, 16 … 56.
    ///   - optimiser: nil takes the first salt.
    /// - Throws: ``CipherError`` `invalidParameter`.
    public init(
        parties: Parties? = nil, keyByteCount: Int = Self.standardKeyByteCount, optimiser: FlowerPollination?
    ) throws(CipherError) {
        guard (16...56).contains(keyByteCount) else { throw CipherError(.invalidParameter, "keys of 16 to 56 bytes, not \(keyByteCount)") }
        self.parties = parties
        self.keyByteCount = keyByteCount
        self.optimiser = optimiser
    }

    public init() {
        parties = nil
        keyByteCount = Self.standardKeyByteCount
        optimiser = FlowerPollination()
    }

    public func encrypt(_ plane: Plane, key: StageKey) throws(CipherError) -> Ciphertext {
        let parties = try parties(for: key)
        guard let signer = parties.signer else { throw CipherError(.invalidKey, "only the sender can sign") }
        let message = PlaneCoding.encode(plane)
        var stream = try PseudorandomStream(key, "salt")
        let salt = try salt(for: message, key, &stream)
        do {
            let signature = try signer.signature(for: Self.statement(parties, salt, message))
            return .container(salt + (try combine(message + signature, key, salt)))
        } catch let error as CipherError {
            throw error
        } catch {
            throw CipherError(.library, "Ed25519 refused to sign")
        }
    }

    public func decrypt(_ ciphertext: Ciphertext, key: StageKey) throws(CipherError) -> Plane {
        let bytes = try ciphertext.container()
        guard bytes.count >= Self.saltByteCount + PlaneCoding.headerByteCount + Self.signatureByteCount else {
            throw CipherError(.malformed, "a signed and enciphered plane is cut off")
        }
        let salt = Array(bytes[..<Self.saltByteCount])
        let opened = try combine(Array(bytes[Self.saltByteCount...]), key, salt)
        let message = Array(opened.dropLast(Self.signatureByteCount))
        let parties = try parties(for: key)
        guard let sender = try? Curve25519.Signing.PublicKey(rawRepresentation: Data(parties.sender)),
            sender.isValidSignature(
                Data(opened.suffix(Self.signatureByteCount)), for: Self.statement(parties, salt, message))
        else { throw CipherError(.notAuthentic, "another key or sender, or changed bytes") }
        return try PlaneCoding.decode(message)
    }

    /// "veilray/1 signcryption" ‖ 00 ‖ sender ‖ SHA-256(receiver) ‖ salt ‖ message.
    private static func statement(_ parties: Parties, _ salt: [UInt8], _ message: [UInt8]) -> Data {
        Data(
            Array("veilray/1 signcryption".utf8) + [0] + parties.sender + Array(SHA256.hash(data: parties.receiver)) + salt + message)
    }

    private func combine(_ bytes: [UInt8], _ key: StageKey, _ salt: [UInt8]) throws(CipherError) -> [UInt8] {
        let text = hexadecimal(salt)
        return try LegacyCounterMode.combine(bytes, .blowfish) {
            key.derivedBytes("blowfish \(text) \($0)", byteCount: keyByteCount)
        }
    }

    private func salt(for message: [UInt8], _ key: StageKey, _ stream: inout PseudorandomStream) throws(CipherError) -> [UInt8] {
        guard let optimiser else { return try stream.bytes(Self.saltByteCount) }
        let judged = Array(message.prefix(FlowerPollination.judgedByteCount))
        return try optimiser.best(&stream) { (salt) throws(CipherError) in
            HistogramUniformity.chiSquare(try combine(judged, key, salt))
        }
    }

    private func parties(for key: StageKey) throws(CipherError) -> Parties {
        if let parties { return parties }
        return try Self.parties(key)
    }

    private static func parties(_ key: StageKey) throws(CipherError) -> Parties {
        do {
            let signer = try Curve25519.Signing.PrivateKey(rawRepresentation: Data(key.derivedBytes("signer", byteCount: 32)))
            return Parties(signer: signer, receiver: key.derivedBytes("receiver", byteCount: 32))
        } catch {
            throw CipherError(.library, "Ed25519 refused a key")
        }
    }
}
