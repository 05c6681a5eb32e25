/// `arnold-aes`: Arnold's cat map, then AES-256-CTR; Bhogal, Li, Gale, Chen: Medical Image Encryption using Chaotic Map Improved AES,
/// IJITCS 10(8), 2018.
///
/// Largest squares tile the frame along its longer side; the remaining strip is permuted by AES-256-CTR. The map adds less than ten bits of key,
/// the number of its iterations (``ArnoldMap/period(side:)``): the protection is that of AES-256-CTR alone.
public struct ArnoldAES: FrameCipher {
    public let name = CipherName.arnoldAES.rawValue
    public let strength = CipherStrength.sound

    public init() {}

    func encrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError) {
        let tiling = Tiling(frame)
        let map = try Self.map(tiling.side, key)
        let old = frame.samples
        for origin in tiling.origins {
            frame.samples.withUnsafeMutableBufferPointer { samples in
                map.forEachMove(stride: frame.width) { from, to in samples[origin &+ to] = old[origin &+ from] }
            }
        }
        var rest = tiling.rest.map { old[$0] }
        var stream = try PseudorandomStream(key, "rest")
        try FisherYatesShuffle.shuffle(&rest, with: &stream)
        for (place, sample) in zip(tiling.rest, rest) { frame.samples[place] = sample }
        try combine(&frame, key)
    }

    func decrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError) {
        try combine(&frame, key)
        let tiling = Tiling(frame)
        let map = try Self.map(tiling.side, key)
        let old = frame.samples
        for origin in tiling.origins {
            frame.samples.withUnsafeMutableBufferPointer { samples in
                map.forEachMove(stride: frame.width) { from, to in samples[origin &+ from] = old[origin &+ to] }
            }
        }
        var rest = tiling.rest.map { old[$0] }
        var stream = try PseudorandomStream(key, "rest")
        try FisherYatesShuffle.unshuffle(&rest, with: &stream)
        for (place, sample) in zip(tiling.rest, rest) { frame.samples[place] = sample }
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

    private func combine(_ frame: inout FrameGrid, _ key: StageKey) throws(CipherError) {
        var stream = try PseudorandomStream(key, "mask")
        let bytes = try stream.bytes(PackedSamples.byteCount(samples: frame.samples.count, bits: frame.bits))
        PackedSamples.combine(&frame.samples, bits: frame.bits, with: bytes)
    }

    /// The squares of a frame, and the places outside them, row by row.
    struct Tiling {
        let side: Int
        let origins: [Int]
        let rest: [Int]

        init(_ frame: FrameGrid) {
            let side = min(frame.width, frame.height)
            let (width, height) = (frame.width, frame.height)
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

/// Arnold's cat map [[1, 1], [1, 2]] on the points of a square: x' = x + y, y' = x + 2y modulo its side.
public struct ArnoldMap: Hashable, Sendable {
    /// At least 1.
    public let side: Int
    private let matrix: (Int, Int, Int, Int)

    /// The map applied a number of times; its power is computed, so that more iterations cost no more.
    public init(side: Int, iterations: Int) {
        precondition(side > 0 && iterations >= 0, "a square has a side, and maps are applied, not undone, that many times")
        self.side = side
        var result = (1 % side, 0, 0, 1 % side)
        var power = (1 % side, 1 % side, 1 % side, 2 % side)
        var remaining = iterations
        while remaining > 0 {
            if remaining & 1 == 1 { result = Self.product(result, power, side) }
            power = Self.product(power, power, side)
            remaining >>= 1
        }
        matrix = result
    }

    public static func == (left: ArnoldMap, right: ArnoldMap) -> Bool { left.side == right.side && left.matrix == right.matrix }

    public func hash(into hasher: inout Hasher) {
        for number in [side, matrix.0, matrix.1, matrix.2, matrix.3] { hasher.combine(number) }
    }

    /// How often the map has to be applied until every point is where it was.
    public static func period(side: Int) -> Int {
        let one = (1 % side, 0, 0, 1 % side)
        let map = (1 % side, 1 % side, 1 % side, 2 % side)
        var (power, count) = (map, 1)
        while power != one {
            power = product(power, map, side)
            count += 1
        }
        return count
    }

    private static func product(_ l: (Int, Int, Int, Int), _ r: (Int, Int, Int, Int), _ side: Int) -> (Int, Int, Int, Int) {
        (
            (l.0 * r.0 + l.1 * r.2) % side, (l.0 * r.1 + l.1 * r.3) % side, (l.2 * r.0 + l.3 * r.2) % side,
            (l.2 * r.1 + l.3 * r.3) % side
        )
    }

    /// Calls with the place of each point of the square and the place it is mapped to, as row · stride + column.
    @inline(__always)
    func forEachMove(stride: Int, _ body: (_ from: Int, _ to: Int) -> Void) {
        for y in 0..<side {
            // Where (0, y) goes; each step to the right adds the matrix's first column.
            var newX = matrix.1 * y % side
            var newY = matrix.3 * y % side
            for x in 0..<side {
                body(y &* stride &+ x, newY &* stride &+ newX)
                newX &+= matrix.0
                if newX >= side { newX &-= side }
                newY &+= matrix.2
                if newY >= side { newY &-= side }
            }
        }
    }
}
