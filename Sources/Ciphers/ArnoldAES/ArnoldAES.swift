/// `arnold-aes`: Arnold's cat map, then AES-256-CTR; Bhogal, Li, Gale, Chen: Medical Image Encryption using Chaotic Map Improved AES,
/// IJITCS 10(8), 2018.
///
/// Largest squares tile the frame along its longer side; the remaining strip is permuted by AES-256-CTR. The map adds less than ten bits of key,
/// the number of its iterations (``ArnoldMap/period(side:)``): the protection is that of AES-256-CTR alone.
public struct ArnoldAES: SheetCipher {
    public let name = CipherName.arnoldAES.rawValue
    public let strength = CipherStrength.sound

    public init() {}

    func encrypt(_ sheet: inout Sheet, key: StageKey) throws(CipherError) {
        let tiling = Tiling(sheet)
        let map = try Self.map(tiling.side, key)
        let old = sheet.samples
        for origin in tiling.origins {
            sheet.samples.withUnsafeMutableBufferPointer { samples in
                map.forEachMove(stride: sheet.width) { from, to in samples[origin &+ to] = old[origin &+ from] }
            }
        }
        var rest = tiling.rest.map { old[$0] }
        var stream = try PseudorandomStream(key, "rest")
        try FisherYatesShuffle.shuffle(&rest, with: &stream)
        for (place, sample) in zip(tiling.rest, rest) { sheet.samples[place] = sample }
        try combine(&sheet, key)
    }

    func decrypt(_ sheet: inout Sheet, key: StageKey) throws(CipherError) {
        try combine(&sheet, key)
        let tiling = Tiling(sheet)
        let map = try Self.map(tiling.side, key)
        let old = sheet.samples
        for origin in tiling.origins {
            sheet.samples.withUnsafeMutableBufferPointer { samples in
                map.forEachMove(stride: sheet.width) { from, to in samples[origin &+ from] = old[origin &+ to] }
            }
        }
        var rest = tiling.rest.map { old[$0] }
        var stream = try PseudorandomStream(key, "rest")
        try FisherYatesShuffle.unshuffle(&rest, with: &stream)
        for (place, sample) in zip(tiling.rest, rest) { sheet.samples[place] = sample }
    }

    /// 1 … period − 1 iterations; none where the period is 1.
    static func iterations(side: Int, _ key: StageKey) throws(CipherError) -> Int {
        let period = ArnoldMap.period(side: side)
        guard period > 1 else { return 0 }
        var stream = try PseudorandomStream(key, "iterations")
        return 1 + Int(try stream.next(below: UInt32(period - 1)))
    }

    private static func map(_ side: Int, _ key: StageKey) throws(CipherError) -> ArnoldMap {
        ArnoldMap(side: side, iterations: try iterations(side: side, key))
    }

    private func combine(_ sheet: inout Sheet, _ key: StageKey) throws(CipherError) {
        var stream = try PseudorandomStream(key, "mask")
        let bytes = try stream.bytes(PackedSamples.byteCount(samples: sheet.samples.count, bits: sheet.bits))
        PackedSamples.combine(&sheet.samples, bits: sheet.bits, with: bytes)
    }

    /// The squares of a sheet, and the places outside them, row by row.
    struct Tiling {
        let side: Int
        let origins: [Int]
        let rest: [Int]

        init(_ sheet: Sheet) {
            let side = min(sheet.width, sheet.height)
            let (width, height) = (sheet.width, sheet.height)
            let number = max(width, height) / side
            self.side = side
            if width >= height {
                origins = (0..<number).map { $0 * side }
                rest = (0..<height).flatMap { y in (number * side..<width).map { y * width + $0 } }
            } else {
                origins = (0..<number).map { $0 * side * width }
                rest = Array(number * side * width..<width * height)
            }
        }
    }
}
