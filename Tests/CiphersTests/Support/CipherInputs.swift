import SeededRandomness
import TestSupport

@testable import Ciphers

/// Keys and images for tests.
enum CipherInputs {
    static func key(_ seed: UInt64) throws -> StageKey {
        var generator = SplitMix64(seed: seed)
        return try StageKey(bytes: generator.bytes(32))
    }

    /// 00 … 1f, as in docs/formats/ciphers_vectors.py.
    static func vectorKey() throws -> StageKey { try StageKey(bytes: (0..<32).map(UInt8.init)) }

    /// The plane of a shape of the vectors.
    static func vectorPlane(_ shape: [Int]) throws -> Plane {
        let count = shape[0] * shape[1] * shape[2] * shape[3]
        return try Plane(
            width: shape[0], height: shape[1], channels: shape[2], frames: shape[3], bits: shape[4], isSigned: shape[5] == 1,
            samples: (0..<count).map { UInt16(truncatingIfNeeded: (31 * $0 * $0 / 7 + 5 * $0 + $0 / shape[0]) % (1 << shape[4])) })
    }

    /// Random samples in a random shape: grey or colour, one or more frames, 1 … 16 bits, signed or not.
    static func plane(_ generator: inout SplitMix64, largest: Int = 24) throws -> Plane {
        let (width, height) = (Int.random(in: 1...largest, using: &generator), Int.random(in: 1...largest, using: &generator))
        let channels = [1, 1, 3].randomElement(using: &generator) ?? 1
        let frames = [1, 1, 2, 3].randomElement(using: &generator) ?? 1
        let bits = Int.random(in: 1...16, using: &generator)
        return try Plane(
            width: width, height: height, channels: channels, frames: frames, bits: bits, isSigned: Bool.random(using: &generator),
            samples: (0..<width * height * channels * frames).map { _ in
                UInt16(truncatingIfNeeded: generator.next() >> 20) & UInt16(truncatingIfNeeded: (1 << bits) - 1)
            })
    }

    /// Something like an image: a background of one level, a bright smooth disc with noise in it.
    static func image(width: Int, height: Int, bits: Int, seed: UInt64 = 1) throws -> Plane {
        var generator = SplitMix64(seed: seed)
        let top = (1 << bits) - 1
        return try Plane(
            width: width, height: height, bits: bits,
            samples: (0..<width * height).map { place in
                let (x, y) = (place % width - width / 2, place / width - height / 2)
                let radius = 9 * (x * x + y * y) / max(1, min(width, height) * min(width, height))
                guard radius < 2 else { return 0 }
                let level = top / 4 + top * (place % width) / (2 * width) + Int.random(in: 0...max(1, top / 32), using: &generator)
                return UInt16(min(top, level))
            })
    }
}

/// Every cipher and every variant that is one.
let everyCipher: [(label: String, cipher: any ImageCipher)] =
    CipherName.allCases.map { ($0.rawValue, CipherRegistry.cipher($0)) } + [
        ("pixel-shuffle published", PixelShuffle(.published)),
        ("chaotic-stream published", ChaoticStream(.published)),
        ("chaotic-stream henon", ChaoticStream(map: .henon)),
        ("chaotic-stream published henon", ChaoticStream(.published, map: .henon)),
        ("subkey-rounds border", SubkeyRounds(hasBorder: true)),
        ("homomorphic modular", Homomorphic(.modular)),
        ("homomorphic paillier", Homomorphic(.paillier(modulusBits: 512))),
    ]
