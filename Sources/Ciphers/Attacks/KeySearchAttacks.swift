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

/// Undoes Arnold's map where nothing else was done: tries every number of iterations below the period, and takes the smoothest image.
///
/// So the map adds a few hundred trials to the protection of AES.
public struct ArnoldSearchAttack: Attack {
    public let model = AttackModel.ciphertextOnly
    public let summary = "Arnold's map alone: every number of iterations below the period is tried"

    public init() {}

    public func recover(_ target: Ciphertext, with oracle: Oracle) throws(CipherError) -> Plane {
        let plane = try target.plane()
        let side = plane.width * plane.channels
        guard side == plane.height, plane.frames == 1 else {
            throw CipherError(.attackNotApplicable, "this attack takes one square frame")
        }
        let step = ArnoldMap(side: side, iterations: 1)
        var current = plane.samples
        var best = (samples: current, roughness: Self.roughness(current, side))
        for _ in 1..<ArnoldMap.period(side: side) {
            let old = current
            current.withUnsafeMutableBufferPointer { samples in
                step.forEachMove(stride: side) { from, to in samples[from] = old[to] }
            }
            let roughness = Self.roughness(current, side)
            if roughness < best.roughness { best = (current, roughness) }
        }
        return try plane.with(samples: best.samples)
    }

    /// The sum of the differences of neighbours in a row.
    private static func roughness(_ samples: [UInt16], _ side: Int) -> Int {
        (0..<side).reduce(0) { sum, row in
            (row * side + 1..<(row + 1) * side).reduce(sum) { $0 + abs(Int(samples[$1]) - Int(samples[$1 - 1])) }
        }
    }
}

/// Arnold's map on square frames, without any other cipher: the target of ``ArnoldSearchAttack``.
public struct ArnoldAlone: FrameCipher {
    public let name = "arnold map alone"
    public let strength = CipherStrength.legacy("fewer than ten bits of key")

    public init() {}

    func encrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError) {
        try move(&frame, key) { $0[$2] = $1[$3] }
    }

    func decrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError) {
        try move(&frame, key) { $0[$3] = $1[$2] }
    }

    private func move(
        _ frame: inout FrameGrid, _ key: StageKey, _ assign: (UnsafeMutableBufferPointer<UInt16>, [UInt16], Int, Int) -> Void
    ) throws(CipherError) {
        guard frame.width == frame.height else { throw CipherError(.invalidParameter, "Arnold's map alone takes squares") }
        let map = ArnoldMap(side: frame.width, iterations: try ArnoldAES.iterations(side: frame.width, key))
        let old = frame.samples
        frame.samples.withUnsafeMutableBufferPointer { samples in
            map.forEachMove(stride: map.side) { from, to in assign(samples, old, to, from) }
        }
    }
}
