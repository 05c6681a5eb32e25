import SeededRandomness
import TestSupport
import Testing

@testable import StegoKit

@Suite("Edges told by samples that never change")
struct EdgeLatticeTests {
    /// As the documentation says it: the block of a sample, its corners inside the image, the largest difference.
    private func naiveStrength(_ planes: SamplePlanes, _ lattice: EdgeLattice, _ runs: LevelRuns, row: Int, column: Int) -> UInt16 {
        let top = row - (row + lattice.rowOffset) % 2
        let left = column - (column + lattice.columnOffset) % 2
        let corners = [top, top + 2].flatMap { row in [left, left + 2].map { (row, $0) } }.compactMap { row, column -> UInt16? in
            guard (0..<planes.rows).contains(row), (0..<planes.columns).contains(column) else { return nil }
            let level = planes.planes[0][row * planes.columns + column]
            return runs.isForbidden(Int(level)) ? nil : level
        }
        return (corners.max() ?? 0) - (corners.min() ?? 0)
    }

    @Test("strengths are those of the definition", arguments: TestImage.allCases)
    func strengths(image: TestImage) throws {
        try forEachSeed(0..<60) { generator, seed in
            let bitsStored = 2 + generator.below(15)
            let forbidden: ClosedRange<UInt16>? = generator.below(2) == 0 ? nil : 0...1
            let planes = try image.planes(
                rows: 1 + generator.below(12), columns: 1 + generator.below(12), bitsStored: bitsStored, forbidden: forbidden, &generator)
            let runs = LevelRuns(bitsStored: bitsStored, forbiddenLevels: forbidden)
            let lattice = EdgeLattice(rowOffset: generator.below(2), columnOffset: generator.below(2))
            let strengths = EdgeStrengths(
                plane: planes.planes[0], rows: planes.rows, columns: planes.columns, lattice: lattice, runs: runs)
            for row in 0..<planes.rows {
                for column in 0..<planes.columns {
                    #expect(
                        strengths[row, column] == naiveStrength(planes, lattice, runs, row: row, column: column),
                        "\(seed), \(row), \(column)")
                }
            }
        }
    }

    @Test("both sides see the same edges", arguments: TestImage.allCases)
    func agreement(image: TestImage) throws {
        try forEachSeed(0..<30) { generator, seed in
            let cover = try image.planes(
                rows: 40 + generator.below(40), columns: 40 + generator.below(40), bitsStored: 3 + generator.below(14), &generator)
            let key = try TestKeys.instance(UInt8(truncatingIfNeeded: generator.next()))
            var stego = cover
            let capacity = EmbeddingMethod.hamming.capacity(of: cover)
            guard capacity > 0 else { return }
            _ = try EmbeddingMethod.hamming.embed(generator.bytes(1 + generator.below(capacity)), into: &stego, key: key)
            let carrier = CarrierPlanes(of: cover)
            let (before, after) = (
                HammingCarrier(cover, carrier: carrier, key: key), HammingCarrier(stego, carrier: carrier, key: key)
            )
            for index in 0..<cover.samplesPerPlane {
                #expect(before.strength(plane: 0, index: index) == after.strength(plane: 0, index: index), seed)
                let isFixed = EdgeLattice(key: key).isFixed(row: index / cover.columns, column: index % cover.columns)
                #expect(isFixed == (before.strength(plane: 0, index: index) == nil), seed)
                if isFixed { #expect(cover.planes[0][index] == stego.planes[0][index], seed) }
            }
        }
    }

    @Test("a small payload goes to the edges only")
    func edgesFirst() throws {
        var generator = SplitMix64(seed: 61)
        let cover = try TestImage.steps.planes(rows: 256, columns: 256, bitsStored: 12, &generator)
        var stego = cover
        _ = try EmbeddingMethod.hamming.embed(generator.bytes(200), into: &stego, key: TestKeys.instance())
        let carrier = HammingCarrier(cover, carrier: CarrierPlanes(of: cover), key: try TestKeys.instance())
        let block = try ParameterBlock.read(from: stego, key: TestKeys.instance())
        var reader = DetailReader(block.block.detail[MaskPlacement.byteCount...])
        let plan = try #require(HammingPlan(&reader))
        #expect(plan.threshold > 100)
        let parameters = Set(block.wetPaper.map(\.index))
        for index in cover.planes[0].indices where cover.planes[0][index] != stego.planes[0][index] {
            if !parameters.contains(index) { #expect(Int(carrier.strength(plane: 0, index: index) ?? 0) >= plan.threshold) }
        }
    }

    @Test("a large payload takes up to three bits a sample, and changes stay within four levels inside the range")
    func threeBits() throws {
        var generator = SplitMix64(seed: 62)
        let cover = try TestImage.smooth.planes(rows: 128, columns: 128, bitsStored: 12, &generator)
        var stego = cover
        _ = try EmbeddingMethod.hamming.embed(generator.bytes(128 * 128 * 3 / 4 * 2 / 8), into: &stego, key: TestKeys.instance())
        let report = try QualityReport(cover: cover, stego: stego)
        #expect((2...4).contains(report.maximumChange))
    }

    @Test("a quarter of the samples is fixed, whatever the key", arguments: [(0, 0), (0, 1), (1, 0), (1, 1)])
    func fixedQuarter(row: Int, column: Int) {
        let lattice = EdgeLattice(rowOffset: row, columnOffset: column)
        for sample in 0..<64 {
            #expect(lattice.isFixed(row: sample / 8, column: sample % 8) == (sample / 8 % 2 == row && sample % 8 % 2 == column))
        }
    }
}
