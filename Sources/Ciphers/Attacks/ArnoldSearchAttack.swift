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
public struct ArnoldAlone: SheetCipher {
    public let name = "arnold map alone"
    public let strength = CipherStrength.legacy("fewer than ten bits of key")

    public init() {}

    func encrypt(_ sheet: inout Sheet, key: StageKey) throws(CipherError) {
        try move(&sheet, key) { $0[$2] = $1[$3] }
    }

    func decrypt(_ sheet: inout Sheet, key: StageKey) throws(CipherError) {
        try move(&sheet, key) { $0[$3] = $1[$2] }
    }

    private func move(
        _ sheet: inout Sheet, _ key: StageKey, _ assign: (UnsafeMutableBufferPointer<UInt16>, [UInt16], Int, Int) -> Void
    ) throws(CipherError) {
        guard sheet.width == sheet.height else { throw CipherError(.invalidParameter, "Arnold's map alone takes squares") }
        let map = ArnoldMap(side: sheet.width, iterations: try ArnoldAES.iterations(side: sheet.width, key))
        let old = sheet.samples
        sheet.samples.withUnsafeMutableBufferPointer { samples in
            map.forEachMove(stride: map.side) { from, to in assign(samples, old, to, from) }
        }
    }
}
