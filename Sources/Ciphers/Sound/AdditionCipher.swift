/// `addition`: c = p + k mod 2^bits under a key stream of AES-256-CTR.
public struct AdditionCipher: FrameCipher {
    public let name = CipherName.addition.rawValue
    public let strength = CipherStrength.sound

    public init() {}

    func encrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError) {
        try combine(&frame, key) { ($0 &+ $1) & $2 }
    }

    func decrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError) {
        try combine(&frame, key) { ($0 &- $1) & $2 }
    }

    @inline(__always)
    private func combine(
        _ frame: inout FrameGrid, _ key: StageKey, _ operation: (UInt16, UInt16, UInt16) -> UInt16
    ) throws(CipherError) {
        var stream = try PseudorandomStream(key, "mask")
        let mask = frame.mask
        let count = frame.samples.count
        if frame.bits <= 8 {
            let keys = try stream.bytes(count)
            frame.samples.withUnsafeMutableBufferPointer { samples in
                keys.withUnsafeBufferPointer { keys in
                    for index in 0..<count { samples[index] = operation(samples[index], UInt16(keys[index]), mask) }
                }
            }
        } else {
            let keys = try stream.bytes(2 * count)
            frame.samples.withUnsafeMutableBufferPointer { samples in
                keys.withUnsafeBytes { keys in
                    for index in 0..<count {
                        let key = UInt16(littleEndian: keys.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self))
                        samples[index] = operation(samples[index], key, mask)
                    }
                }
            }
        }
    }
}

/// `permutation`: the samples of a frame in a uniform order that AES-256-CTR decides.
public struct PermutationCipher: FrameCipher {
    public let name = CipherName.permutation.rawValue
    public let strength = CipherStrength.component("the histogram stays, and with it mean, entropy and how much of the image is background")

    public init() {}

    func encrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError) {
        var stream = try PseudorandomStream(key, "permutation")
        try FisherYatesShuffle.shuffle(&frame.samples, with: &stream)
    }

    func decrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError) {
        var stream = try PseudorandomStream(key, "permutation")
        try FisherYatesShuffle.unshuffle(&frame.samples, with: &stream)
    }
}
