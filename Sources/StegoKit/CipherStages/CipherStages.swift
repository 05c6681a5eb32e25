import Ciphers

// The ciphers as inner stages, by number. Number 1 is ``DNAStage``.

enum PixelShuffleStage: CipherStage {
    static let number: UInt8 = 2
    static let cipher = CipherName.pixelShuffle
}

enum TriangularPropellerStage: CipherStage {
    static let number: UInt8 = 3
    static let cipher = CipherName.triangularPropeller
}

enum QuantumDESStage: CipherStage {
    static let number: UInt8 = 4
    static let cipher = CipherName.quantumDES
}

enum HomomorphicStage: CipherStage {
    static let number: UInt8 = 5
    static let cipher = CipherName.homomorphic
}

enum ArnoldAESStage: CipherStage {
    static let number: UInt8 = 6
    static let cipher = CipherName.arnoldAES
}

enum PolicyTreeStage: CipherStage {
    static let number: UInt8 = 7
    static let cipher = CipherName.policyTree
}

enum ChaoticStreamStage: CipherStage {
    static let number: UInt8 = 8
    static let cipher = CipherName.chaoticStream
}

enum ChaoticBlockShuffleStage: CipherStage {
    static let number: UInt8 = 9
    static let cipher = CipherName.chaoticBlockShuffle
}

enum SubkeyRoundsStage: CipherStage {
    static let number: UInt8 = 10
    static let cipher = CipherName.subkeyRounds
}

enum BlowfishSigncryptionStage: CipherStage {
    static let number: UInt8 = 11
    static let cipher = CipherName.blowfishSigncryption
}

enum HuffmanBlowfishStage: CipherStage {
    static let number: UInt8 = 12
    static let cipher = CipherName.huffmanBlowfish
}

enum AESGCMStage: CipherStage {
    static let number: UInt8 = 13
    static let cipher = CipherName.aesGCM
}

enum PermutationStage: CipherStage {
    static let number: UInt8 = 14
    static let cipher = CipherName.permutation
}

enum AdditionStage: CipherStage {
    static let number: UInt8 = 15
    static let cipher = CipherName.addition
}

/// DNA coding as an inner stage: number 1.
enum DNAStage: InnerStage {
    static let number: UInt8 = 1
    static let name = "dna"

    static func apply(to bytes: [UInt8], keys: InnerStageKeys) -> [UInt8] {
        var bytes = bytes
        DNACipher(streams: DNAKeyStreams(for: bytes.count, keys.stream)).encrypt(&bytes)
        return bytes
    }

    static func undo(_ bytes: [UInt8], keys: InnerStageKeys) -> [UInt8] {
        var bytes = bytes
        DNACipher(streams: DNAKeyStreams(for: bytes.count, keys.stream)).decrypt(&bytes)
        return bytes
    }
}
