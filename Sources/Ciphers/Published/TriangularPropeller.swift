/// `triangular-propeller`: rounds of a lower triangular map, then the propeller, then a keyed sum along the samples.
///
/// Everything in it is affine over the numbers modulo 2^bits, so a few chosen images give it away (``AffineChainAttack``).
public struct TriangularPropeller: FrameCipher {
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

    func encrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError) {
        for map in try maps(frame, key) {
            let old = frame.samples
            for (from, to) in map.places(width: frame.width, height: frame.height).enumerated() { frame.samples[to] = old[from] }
        }
        Propeller.turn(&frame.samples, width: frame.width, height: frame.height)
        let masks = try masks(frame, key)
        ChainedAddition.forward(&frame.samples, mask: frame.mask) { masks[$0] }
    }

    func decrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError) {
        let masks = try masks(frame, key)
        ChainedAddition.undoForward(&frame.samples, mask: frame.mask) { masks[$0] }
        Propeller.turnBack(&frame.samples, width: frame.width, height: frame.height)
        for map in try maps(frame, key).reversed() {
            let old = frame.samples
            for (from, to) in map.places(width: frame.width, height: frame.height).enumerated() { frame.samples[from] = old[to] }
        }
    }

    private func maps(_ frame: FrameGrid, _ key: StageKey) throws(CipherError) -> [TriangularMap] {
        var stream = try PseudorandomStream(key, "map")
        var maps: [TriangularMap] = []
        for _ in 0..<rounds { maps.append(try TriangularMap(width: frame.width, height: frame.height, &stream)) }
        return maps
    }

    private func masks(_ frame: FrameGrid, _ key: StageKey) throws(CipherError) -> [UInt16] {
        var stream = try PseudorandomStream(key, "mask")
        return try stream.masks(frame.samples.count, bits: frame.bits)
    }
}

/// The map x' = a·x + e mod width, y' = c·x + d·y + f mod height: a bijection of any rectangle where a and width, and d and height, have
/// no common divisor.
struct TriangularMap: Hashable {
    let a, e: Int
    let c, d, f: Int

    /// Parameters from a stream: a (numbers below the width until one has no divisor in common with it), e, c, d, f in that order. In a
    /// width or height of 1, a or d is 0.
    init(width: Int, height: Int, _ stream: inout PseudorandomStream) throws(CipherError) {
        a = try Self.unit(modulo: width, &stream)
        e = Int(try stream.next(below: UInt32(width)))
        c = Int(try stream.next(below: UInt32(height)))
        d = try Self.unit(modulo: height, &stream)
        f = Int(try stream.next(below: UInt32(height)))
    }

    private static func unit(modulo limit: Int, _ stream: inout PseudorandomStream) throws(CipherError) -> Int {
        while true {
            let candidate = Int(try stream.next(below: UInt32(limit)))
            if greatestCommonDivisor(candidate, limit) == 1 { return candidate }
        }
    }

    /// Where each sample goes: `result[y · width + x]` is its new place.
    func places(width: Int, height: Int) -> [Int] {
        var places: [Int] = []
        places.reserveCapacity(width * height)
        for y in 0..<height {
            // Each step to the right adds a to the new column and c to the new row.
            var (column, row) = (e, (d * y + f) % height)
            for _ in 0..<width {
                places.append(row &* width &+ column)
                column &+= a
                if column >= width { column &-= width }
                row &+= c
                if row >= height { row &-= height }
            }
        }
        return places
    }
}

func greatestCommonDivisor(_ left: Int, _ right: Int) -> Int {
    var (left, right) = (left, right)
    while right != 0 { (left, right) = (right, left % right) }
    return left
}

/// The propeller: the four quadrants of the largest square of even side in the upper left corner turn about its centre by 90° clockwise,
/// each with its content, so that the blade above left comes to lie above right. Samples outside the square stay.
enum Propeller {
    static func side(width: Int, height: Int) -> Int { min(width, height) & ~1 }

    /// Where the sample in column x and row y goes: column side − 1 − y, row x.
    static func turn(_ samples: inout [UInt16], width: Int, height: Int) {
        let side = side(width: width, height: height)
        let old = samples
        for y in 0..<side {
            for x in 0..<side { samples[x * width + side - 1 - y] = old[y * width + x] }
        }
    }

    /// Undoes ``turn(_:width:height:)``.
    static func turnBack(_ samples: inout [UInt16], width: Int, height: Int) {
        let side = side(width: width, height: height)
        let old = samples
        for y in 0..<side {
            for x in 0..<side { samples[y * width + x] = old[x * width + side - 1 - y] }
        }
    }
}
