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
