import CTextDetection
import SeededRandomness
import Testing
import TextDetection

/// The passes give the same bits with every instruction set, and those of the reference.
@Suite struct PassTests {
    static let kernels = DetectionKernel.allCases.filter(\.isSupported)

    @Test(arguments: kernels, 0..<12) func passesEqualTheReference(_ kernel: DetectionKernel, _ seed: Int) {
        var generator = SplitMix64(seed: UInt64(seed))
        let width = Int.random(in: 24...90, using: &generator)
        let height = Int.random(in: 3...70, using: &generator)
        let image = Self.image(width: width, height: height, kind: seed % 4, &generator)
        let plane = Plane(image)
        let identifier = kernel == .avx2 ? CTextDetection_avx2 : CTextDetection_portable

        let steepness = Plane(width: width, height: height)
        CTextDetection_steepness(identifier, plane.first, width, height, steepness.first)
        #expect(steepness.content == ReferencePasses.steepness(image))

        if height >= 24 {
            let half = Plane(width: width / 2, height: height / 2)
            CTextDetection_halve(identifier, plane.first, width, height, half.first)
            #expect(half.content == ReferencePasses.halved(image))
            CTextDetection_halve_maxima(identifier, steepness.first, width, height, half.first)
            #expect(half.content == ReferencePasses.halvedMaxima(ReferencePasses.steepness(image)))
        }

        let blockCount = (width + 15) / 16 * ((height + 15) / 16)
        var (noise, scratch) = ([Int16](repeating: 0, count: blockCount), [Int16](repeating: 0, count: blockCount))
        CTextDetection_noise(identifier, plane.first, width, height, &noise, &scratch)
        #expect(noise.map(Int.init) == ReferencePasses.noise(image))

        for (radius, repeats) in [(4, true), (6, true), (4, false), (6, false)] {
            let (bright, dark) = (Plane(width: width, height: height), Plane(width: width, height: height))
            var rows = [Int16](repeating: 0, count: 48 * CTextDetection_stride(width))
            CTextDetection_ridges(
                identifier, plane.first, width, height, 0, height, Int32(radius), repeats, bright.first, dark.first, &rows)
            let expected = ReferencePasses.ridges(image, radius: radius, repeats: repeats)
            #expect(bright.content == expected.bright && dark.content == expected.dark)

            let thresholds = (0..<blockCount).map { _ in Int16.random(in: 2...60, using: &generator) }
            var criteria = CTextDetection_criteria(
                sharpness: .random(in: 3...9, using: &generator), flatness: .random(in: 2...8, using: &generator), neighbours: 2,
                unconditional: .random(in: 100...32767, using: &generator))
            // Strip by strip, as the detector does.
            let blockColumns = (width + 15) / 16
            var sums = [CTextDetection_cell](repeating: CTextDetection_cell(), count: blockCount * 4)
            let strip = Plane(width: width, height: 16)
            for top in stride(from: 0, to: height, by: 16) {
                CTextDetection_ridges(
                    identifier, plane.first, width, height, top, min(16, height - top), Int32(radius), repeats, bright.first, strip.first,
                    &rows)
                thresholds.withUnsafeBufferPointer { thresholds in
                    sums.withUnsafeMutableBufferPointer { sums in
                        guard let limits = thresholds.baseAddress, let first = sums.baseAddress else { return }
                        CTextDetection_count(
                            identifier, plane.first + top * CTextDetection_stride(width), strip.first,
                            steepness.first + top * CTextDetection_stride(width), width, min(16, height - top),
                            limits + top / 16 * blockColumns, &criteria, first + top / 8 * blockColumns * 2, &rows)
                    }
                }
            }
            let counts = ReferencePasses.sums(
                image, ridges: expected.dark, steepness: ReferencePasses.steepness(image), thresholds: thresholds.map(Int.init), criteria)
            let cells = (height + 7) / 8 * (blockColumns * 2)
            #expect(sums.prefix(cells).map(CellSums.init) == counts.flatMap(\.self))
        }
    }

    @Test func statisticsAreThoseOfTheSamples() {
        // Steps of 8, as video of five bits has them, from 0 to 248; the outermost hundredths are left out.
        let image = ReferencePlane(width: 320, height: 30) { x, _ in x / 10 * 8 }
        let plane = Plane(image)
        var histogram = [UInt32](repeating: 0, count: 16384)
        let statistics = CTextDetection_measure(plane.first, 320, 30, &histogram)
        #expect(statistics.range == 248 && statistics.quantum == 8)
    }

    /// Noise, steps, a drawing of few values, and the extremes of what is allowed.
    private static func image(width: Int, height: Int, kind: Int, _ generator: inout SplitMix64) -> ReferencePlane {
        ReferencePlane(width: width, height: height) { x, y in
            switch kind {
            case 0: Int.random(in: -200...200, using: &generator)
            case 1: (x / 5 + y / 7) % 3 * 40 + Int.random(in: 0...2, using: &generator)
            case 2: Bool.random(using: &generator) ? 200 : 0
            default: Bool.random(using: &generator) ? 8191 : -8192
            }
        }
    }
}

/// A plane with margins, as the passes take it; it owns its memory.
private final class Plane {
    let width: Int
    let height: Int
    let first: UnsafeMutablePointer<Int16>
    private let memory: UnsafeMutablePointer<Int16>
    private let stride: Int

    init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        stride = CTextDetection_stride(width)
        let count = CTextDetection_plane_size(width, height)
        memory = .allocate(capacity: count)
        memory.initialize(repeating: 77, count: count)
        first = memory + 16 * stride + 16
    }

    convenience init(_ image: ReferencePlane) {
        self.init(width: image.width, height: image.height)
        CTextDetection_convert(image.samples.map { UInt16($0 + 32768) }, width, height, 32768, 0, first)
    }

    deinit { memory.deallocate() }

    var content: ReferencePlane { ReferencePlane(width: width, height: height) { Int(self.first[$1 * self.stride + $0]) } }
}
