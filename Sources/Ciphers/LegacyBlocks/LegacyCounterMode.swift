/// Counter mode (NIST SP 800-38A) over blocks of 64 bits: block n is the number n, big endian, from 0.
enum LegacyCounterMode {
    /// The most that one key enciphers: 2^19 blocks. With so few, blocks that repeat are seen with a probability of at most 2^-27 (2^38 pairs in
    /// 2^65), where Sweet32 (Bhargavan and Leurent 2016) needs about 2^32 blocks.
    static let segmentByteCount = 4 << 20

    /// The key stream.
    ///
    /// - Parameter keyOf: the key for each segment of ``segmentByteCount`` bytes, from 0.
    static func stream(
        _ algorithm: LegacyAlgorithm, byteCount: Int, keyOf: (_ segment: Int) -> [UInt8]
    ) throws(CipherError) -> [UInt8] {
        var stream: [UInt8] = []
        stream.reserveCapacity(byteCount + LegacyAlgorithm.blockByteCount)
        var segment = 0
        while stream.count < byteCount {
            let cipher = try LegacyBlockCipher(algorithm, key: keyOf(segment))
            let blockCount = (min(segmentByteCount, byteCount - stream.count) + 7) / 8
            var blocks = [UInt8](unsafeUninitializedCapacity: blockCount * 8) { bytes, initialised in
                let raw = UnsafeMutableRawBufferPointer(bytes)
                for block in 0..<blockCount { raw.storeBytes(of: UInt64(block).bigEndian, toByteOffset: 8 &* block, as: UInt64.self) }
                initialised = blockCount * 8
            }
            try cipher.encrypt(&blocks)
            stream += blocks
            segment += 1
        }
        stream.removeLast(stream.count - byteCount)
        return stream
    }

    /// Bytes XOR the key stream; the same call takes it off again.
    static func combine(
        _ bytes: [UInt8], _ algorithm: LegacyAlgorithm, keyOf: (_ segment: Int) -> [UInt8]
    ) throws(CipherError) -> [UInt8] {
        let stream = try stream(algorithm, byteCount: bytes.count, keyOf: keyOf)
        return zip(bytes, stream).map { $0 ^ $1 }
    }
}
