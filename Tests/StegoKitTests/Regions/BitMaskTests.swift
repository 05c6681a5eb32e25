import SeededRandomness
import TestSupport
import Testing

@testable import StegoKit

@Suite struct BitMaskTests {
    /// Widths around the words of 64 columns, and masks of a single row or column.
    private func size(_ generator: inout SplitMix64) -> (rows: Int, columns: Int) {
        let columns = [1, 2, 17, 63, 64, 65, 100, 128, 130][generator.below(9)]
        return (1 + generator.below(30), columns)
    }

    @Test func morphologyIsThatOfTheDefinition() {
        forEachSeed(0..<120) { generator, seed in
            let (rows, columns) = size(&generator)
            let mask = BitMask.random(rows: rows, columns: columns, &generator)
            let naive = NaiveMask(mask)
            let radius = generator.below(9)
            #expect(NaiveMask(mask.dilated(radius: radius)) == naive.dilated(radius), seed)
            #expect(NaiveMask(mask.eroded(radius: radius)) == naive.eroded(radius), seed)
            #expect(NaiveMask(mask.opened(radius: radius)) == naive.eroded(radius).dilated(radius), seed)
            #expect(NaiveMask(mask.closed(radius: radius)) == naive.closed(radius), seed)
        }
    }

    /// Discs that reach over several words: of a single sample, all that is near enough.
    @Test func largeRadii() {
        var mask = BitMask(rows: 40, columns: 400)
        mask.fill(row: 20, 199..<200)
        for radius in [63, 64, 65, 130] {
            let disc = BitMask(rows: 40, columns: 400) { place in
                let (down, across) = (place / 400 - 20, place % 400 - 199)
                return down * down + across * across <= radius * radius
            }
            #expect(mask.dilated(radius: radius) == disc)
        }
        #expect(mask.dilated(radius: 1000).coverage == 1)
    }

    @Test func morphologyKeepsItsOrder() {
        forEachSeed(0..<60) { generator, seed in
            let (rows, columns) = size(&generator)
            let mask = BitMask.random(rows: rows, columns: columns, &generator)
            let radius = generator.below(7)
            #expect(mask.opened(radius: radius).union(mask) == mask, seed)
            #expect(mask.closed(radius: radius).union(mask) == mask.closed(radius: radius), seed)
            #expect(mask.closed(radius: radius).closed(radius: radius) == mask.closed(radius: radius), seed)
        }
    }

    @Test(arguments: [false, true])
    func componentsAreThoseOfAFloodFill(diagonal: Bool) {
        forEachSeed(0..<120) { generator, seed in
            let (rows, columns) = size(&generator)
            let mask = BitMask.random(rows: rows, columns: columns, &generator)
            let labels = NaiveMask(mask).components(diagonal: diagonal)
            let components = MaskComponents(of: mask, connectivity: diagonal ? .eight : .four)
            var found = Array(repeating: -1, count: rows * columns)
            for run in components.runs {
                for column in run.columns { found[run.row * columns + column] = run.component }
            }
            #expect(found == labels, seed)
            let count = (labels.max() ?? -1) + 1
            #expect(components.areas == (0..<count).map { label in labels.count { $0 == label } }, seed)
            let marks = BitMask.random(rows: rows, columns: columns, &generator)
            let met = Set(labels.indices.filter { marks.flags[$0] && labels[$0] >= 0 }.map { labels[$0] })
            #expect(components.components(meeting: marks) == (0..<count).map(met.contains), seed)
        }
    }

    @Test func holesAreWhatAFloodFromTheEdgeDoesNotReach() {
        forEachSeed(0..<120) { generator, seed in
            let (rows, columns) = size(&generator)
            let mask = BitMask.random(rows: rows, columns: columns, &generator)
            #expect(NaiveMask(mask.withHolesFilled) == NaiveMask(mask).withHolesFilled, seed)
        }
    }

    /// Against the definition: a sample is inside the hull when no line through two samples of the mask has all of them on one side and
    /// the sample on the other.
    @Test func hull() {
        forEachSeed(0..<80) { generator, seed in
            let (rows, columns) = (1 + generator.below(9), 1 + generator.below(9))
            let mask = BitMask(rows: rows, columns: columns) { _ in generator.below(7) == 0 }
            let points = mask.flags.indices.filter { mask.flags[$0] }.map { ($0 % columns, $0 / columns) }
            let hull = mask.convexHull
            for place in 0..<rows * columns {
                let inside = Self.isInHull((place % columns, place / columns), of: points)
                #expect(hull.flags[place] == inside, seed)
            }
        }
    }

    private static func isInHull(_ place: (Int, Int), of points: [(Int, Int)]) -> Bool {
        func turn(_ a: (Int, Int), _ b: (Int, Int), _ c: (Int, Int)) -> Int { (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0) }
        guard !points.isEmpty else { return false }
        for a in points {
            for b in points where a != b {
                if points.allSatisfy({ turn(a, b, $0) >= 0 }), turn(a, b, place) < 0 { return false }
            }
        }
        // All on one line, or one point: inside is between the outermost.
        let (xs, ys) = (points.map(\.0), points.map(\.1))
        return (xs.min() ?? 0)...(xs.max() ?? 0) ~= place.0 && (ys.min() ?? 0)...(ys.max() ?? 0) ~= place.1
    }

    @Test func otherSizes() {
        forEachSeed(0..<60) { generator, seed in
            let (rows, columns) = size(&generator)
            let mask = BitMask.random(rows: rows, columns: columns, &generator)
            let padded = mask.padded(rowMargin: 3, wordMargin: 1)
            #expect(padded.count == mask.count, seed)
            #expect(padded.cropped(rowMargin: 3, wordMargin: 1, rows: rows, columns: columns) == mask, seed)
            let factor = 1 + generator.below(4)
            let (height, width) = (rows * factor - generator.below(factor), columns * factor - generator.below(factor))
            let large = mask.enlarged(by: factor, rows: height, columns: width)
            let expected = (0..<height).flatMap { row in (0..<width).map { mask[row / factor, $0 / factor] } }
            #expect(large.flags == expected, seed)
            #expect(mask.inverted.inverted == mask, seed)
            #expect(mask.count + mask.inverted.count == rows * columns, seed)
        }
    }

    @Test func nothingIsNothing() {
        let empty = BitMask(rows: 0, columns: 5)
        #expect(empty.dilated(radius: 3).closed(radius: 3).withHolesFilled.convexHull.isEmpty)
        #expect(BitMask(rows: 4, columns: 0).inverted.count == 0)
        #expect(BitMask(rows: -1, columns: -1).coverage == 0)
        #expect(MaskComponents(of: BitMask(rows: 3, columns: 3), connectivity: .eight).areas.isEmpty)
    }
}
