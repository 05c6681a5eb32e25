/// The means of an attacker beside the ciphertext that is to be read.
public enum AttackModel: String, Hashable, Sendable {
    case ciphertextOnly = "ciphertext only"
    /// One other image and its ciphertext under the same key.
    case knownPlaintext = "known plaintext"
    /// The ciphertexts of images of the attacker's choice under the same key.
    case chosenPlaintext = "chosen plaintext"
    /// The images of ciphertexts of the attacker's choice under the same key.
    case chosenCiphertext = "chosen ciphertext"
    /// Some plaintext, and the patience to try keys.
    case keySearch = "key search"
}

/// The machine under attack: it enciphers and deciphers for the attacker, and counts how often.
public final class Oracle {
    private let cipher: any ImageCipher
    private let key: StageKey
    public private(set) var queryCount = 0

    /// A cipher under one key, used again and again: the condition of every attack on published schemes with a fixed key.
    public init(_ cipher: any ImageCipher, key: StageKey) {
        self.cipher = cipher
        self.key = key
    }

    func encrypt(_ plane: Plane) throws(CipherError) -> Ciphertext {
        queryCount += 1
        return try cipher.encrypt(plane, key: key)
    }

    func decrypt(_ ciphertext: Ciphertext) throws(CipherError) -> Plane {
        queryCount += 1
        return try cipher.decrypt(ciphertext, key: key)
    }
}

/// A way to read a ciphertext without its key.
public protocol Attack: Sendable {
    var model: AttackModel { get }
    /// One sentence for the table.
    var summary: String { get }

    /// The image behind the target, as far as the attack finds it.
    ///
    /// - Throws: ``CipherError``: `attackNotApplicable` where the image does not meet the attack's conditions, and the oracle's errors.
    func recover(_ target: Ciphertext, with oracle: Oracle) throws(CipherError) -> Plane
}

/// Reads any cipher c = p XOR k or p + k whose key stream is used again: one known image gives the stream.
///
/// Against a sound cipher it shows why a key enciphers one image; against a chaotic stream or a fixed one it is the break.
public struct KeystreamAttack: Attack {
    public enum Operation: Hashable, Sendable {
        case exclusiveOr
        case addition
    }

    public let model = AttackModel.knownPlaintext
    public let summary = "one known image gives the key stream"
    private let operation: Operation
    private let known: Plane?

    /// - Parameter known: the image that the attacker knows; a black one of the target's shape by default.
    public init(_ operation: Operation = .exclusiveOr, known: Plane? = nil) {
        self.operation = operation
        self.known = known
    }

    public func recover(_ target: Ciphertext, with oracle: Oracle) throws(CipherError) -> Plane {
        let plane = try target.plane()
        let known = try knownPlane(plane)
        guard known.samples.count == plane.samples.count, known.bits == plane.bits else {
            throw CipherError(.attackNotApplicable, "the known image has another shape")
        }
        let answer = try oracle.encrypt(known).plane().samples
        let samples = plane.samples.indices.map { index in
            switch operation {
            case .exclusiveOr: plane.samples[index] ^ answer[index] ^ known.samples[index]
            case .addition: (plane.samples[index] &- answer[index] &+ known.samples[index]) & plane.mask
            }
        }
        return try plane.with(samples: samples)
    }

    private func knownPlane(_ plane: Plane) throws(CipherError) -> Plane {
        if let known { return known }
        return try plane.black()
    }
}

extension Plane {
    /// The plane of the same shape whose samples are all 0.
    func black() throws(CipherError) -> Plane { try with(samples: [UInt16](repeating: 0, count: samples.count)) }
}
