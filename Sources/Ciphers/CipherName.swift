/// The names on command lines. The raw values never change.
public enum CipherName: String, CaseIterable, Hashable, Sendable {
    case pixelShuffle = "pixel-shuffle"
    case triangularPropeller = "triangular-propeller"
    case quantumDES = "quantum-des"
    case homomorphic = "homomorphic"
    case arnoldAES = "arnold-aes"
    case policyTree = "policy-tree"
    case chaoticStream = "chaotic-stream"
    case chaoticBlockShuffle = "chaotic-block-shuffle"
    case subkeyRounds = "subkey-rounds"
    case blowfishSigncryption = "blowfish-signcryption"
    case huffmanBlowfish = "huffman-blowfish"
    case aesGCM = "aes-gcm"
    case permutation = "permutation"
    case addition = "addition"
    case dna = "dna"
}

/// The reason that an image could not be enciphered or deciphered.
public struct CipherError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The stable kind of an error; switch on it.
    public enum Code: String, Hashable, Sendable {
        /// Width, height, channels, frames, bits and the number of samples do not fit together.
        case invalidShape
        /// A sample is larger than its number of bits allows.
        case sampleOutOfRange
        /// A key has a wrong length.
        case invalidKey
        /// A parameter of a cipher or of a scheme is outside its range.
        case invalidParameter
        /// A ciphertext has not the form that this cipher makes.
        case malformed
        /// A ciphertext was changed, or the key is another one. Only authenticated ciphers can tell.
        case notAuthentic
        /// A policy is not satisfied by the attributes that are at hand.
        case notAuthorised
        /// No cipher has this name.
        case unknownCipher
        /// More than one key may encipher.
        case tooLong
        /// The cryptographic library refused, or has not the algorithm (OpenSSL's legacy provider is missing).
        case library
        /// An attack's conditions do not hold for this image.
        case attackNotApplicable
    }

    public let code: Code
    /// What happened, for a person. Never holds samples or keys.
    public let reason: String

    public init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    public var description: String { reason }
}
