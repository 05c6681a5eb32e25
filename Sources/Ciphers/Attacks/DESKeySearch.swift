/// Tries keys of DES against a known block of key stream.
///
/// All 2^56 keys need hardware (the Electronic Frontier Foundation's machine found one in 56 hours in 1998). Here the attacker is told all but
/// some bits; the time for a key is measured, and gives the time for all.
public struct DESKeySearch: Attack {
    public let model = AttackModel.keySearch
    public let summary: String
    private let unknownBits: Int
    private let key: [UInt8]

    /// - Parameters:
    ///   - key: of the stage under attack: its DES key is given to the attacker but for its last bits.
    ///   - unknownBits: 1 … 28 of the 56.
    /// - Throws: ``CipherError`` `invalidParameter`.
    public init(_ key: StageKey, unknownBits: Int) throws(CipherError) {
        guard (1...28).contains(unknownBits) else { throw CipherError(.invalidParameter, "1 to 28 unknown bits, not \(unknownBits)") }
        self.unknownBits = unknownBits
        self.key = QuantumDES.key(key.frame(0), segment: 0)
        summary = "\(unknownBits) unknown bits of the 56 are searched against one known block"
    }

    public func recover(_ target: Ciphertext, with oracle: Oracle) throws(CipherError) -> Plane {
        let plane = try target.plane()
        let byteCount = PackedSamples.byteCount(samples: plane.samples.count, bits: plane.bits)
        guard plane.frames == 1, plane.samples.count * plane.bits >= 64, byteCount <= LegacyCounterMode.segmentByteCount else {
            throw CipherError(.attackNotApplicable, "this attack takes one frame of at least one block and at most one segment")
        }
        let black = try oracle.encrypt(try plane.black()).plane()
        let block = Array(PackedSamples.pack(black.samples, bits: plane.bits).prefix(8))
        let cipher = try LegacyBlockCipher(.des, key: key)
        for candidate in 0..<1 << unknownBits {
            let trial = self.trial(candidate)
            guard cipher.setKey(trial) else { throw CipherError(.library, "OpenSSL refused a key of DES") }
            var bytes = [UInt8](repeating: 0, count: 8)
            try cipher.encrypt(&bytes)
            if bytes == block {
                var samples = plane.samples
                let stream = try LegacyCounterMode.stream(.des, byteCount: byteCount) { _ in trial }
                PackedSamples.combine(&samples, bits: plane.bits, with: stream)
                return try plane.with(samples: samples)
            }
        }
        throw CipherError(.attackNotApplicable, "no key among those that were tried")
    }

    /// How long a key takes that is not the right one.
    ///
    /// - Parameter trials: keys that are tried, at least 1.
    public static func timePerKey(trials: Int) throws(CipherError) -> Duration {
        let cipher = try LegacyBlockCipher(.des, key: QuantumDES.withOddParity([UInt8](repeating: 0, count: 8)))
        let start = ContinuousClock.now
        for trial in 0..<trials {
            let key = LittleEndian.bytes(UInt64(trial))
            guard cipher.setKey(QuantumDES.withOddParity(key)) else { throw CipherError(.library, "OpenSSL refused a key of DES") }
            var block = [UInt8](repeating: 0, count: 8)
            try cipher.encrypt(&block)
        }
        return (ContinuousClock.now - start) / trials
    }

    /// The key with other effective bits at its end: the upper seven bits of each byte are effective.
    private func trial(_ candidate: Int) -> [UInt8] {
        var bytes = key
        var (rest, remaining, place) = (candidate, unknownBits, 7)
        while remaining > 0 {
            let count = min(7, remaining)
            let mask = UInt8(truncatingIfNeeded: ((1 << count) - 1) << 1)
            bytes[place] = bytes[place] & ~mask | UInt8(truncatingIfNeeded: rest << 1) & mask
            (rest, remaining, place) = (rest >> count, remaining - count, place - 1)
        }
        return QuantumDES.withOddParity(bytes)
    }
}
