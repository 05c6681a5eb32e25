/// `triangular-propeller`: rounds of a lower triangular map, then the propeller, then a keyed sum along the samples.
///
/// Everything in it is affine over the numbers modulo 2^bits, so a few chosen images give it away (``AffineChainAttack``).
public struct TriangularPropeller: SheetCipher {
    public let name = CipherName.triangularPropeller.rawValue
    public let strength = CipherStrength.legacy("affine: chosen images give map and mask")
    /// 1 … 16.
    public let rounds: Int

    public static let standardRounds = 3

    public init() { rounds = Self.standardRounds }

    /// - Throws: ``CipherError`` `invalidParameter`.
    public init(rounds: Int) throws(CipherError) {
        guard (1...16).contains(rounds) else { throw CipherError(.invalidParameter, "1 to 16 rounds, not \(rounds)") }
        self.rounds = rounds
    }

    func encrypt(_ sheet: inout Sheet, key: StageKey) throws(CipherError) {
        for map in try maps(sheet, key) {
            let old = sheet.samples
            for (from, to) in map.places(width: sheet.width, height: sheet.height).enumerated() { sheet.samples[to] = old[from] }
        }
        Propeller.turn(&sheet.samples, width: sheet.width, height: sheet.height)
        let masks = try masks(sheet, key)
        ChainedAddition.forward(&sheet.samples, mask: sheet.mask) { masks[$0] }
    }

    func decrypt(_ sheet: inout Sheet, key: StageKey) throws(CipherError) {
        let masks = try masks(sheet, key)
        ChainedAddition.undoForward(&sheet.samples, mask: sheet.mask) { masks[$0] }
        Propeller.turnBack(&sheet.samples, width: sheet.width, height: sheet.height)
        for map in try maps(sheet, key).reversed() {
            let old = sheet.samples
            for (from, to) in map.places(width: sheet.width, height: sheet.height).enumerated() { sheet.samples[from] = old[to] }
        }
    }

    private func maps(_ sheet: Sheet, _ key: StageKey) throws(CipherError) -> [TriangularMap] {
        var stream = try PseudorandomStream(key, "map")
        var maps: [TriangularMap] = []
        for _ in 0..<rounds { maps.append(try TriangularMap(width: sheet.width, height: sheet.height, &stream)) }
        return maps
    }

    private func masks(_ sheet: Sheet, _ key: StageKey) throws(CipherError) -> [UInt16] {
        var stream = try PseudorandomStream(key, "mask")
        return try stream.masks(sheet.samples.count, bits: sheet.bits)
    }
}
