import SeededRandomness
import TestSupport
import Testing

@testable import StegoKit

@Suite("The mask of a region that travels along")
struct RegionMaskTests {
    @Test("covers the region, and survives its coding", arguments: TestRegion.allCases)
    func roundTrip(kind: TestRegion) {
        forEachSeed(0..<40) { generator, seed in
            let (rows, columns) = (1 + generator.below(200), 1 + generator.below(200))
            guard let region = kind.region(rows: rows, columns: columns, &generator) else { return }
            guard let mask = RegionMask(covering: region) else {
                #expect(region.isEmpty, seed)
                return
            }
            let samples = mask.samples
            #expect(samples.count == rows * columns, seed)
            #expect(zip(region.isInside, samples).allSatisfy { $1 || !$0 }, seed)
            #expect(mask.maskedCount == samples.count { $0 }, seed)
            #expect(RegionMask(encoded: mask.encoded, rows: rows, columns: columns) == mask, seed)
        }
    }

    @Test("a disc in a large image takes few bytes and little room beside it")
    func compact() throws {
        var generator = SplitMix64(seed: 91)
        let region = try #require(TestRegion.disc.region(rows: 512, columns: 512, &generator))
        let mask = try #require(RegionMask(covering: region))
        #expect(mask.encoded.count < 200)
        #expect(mask.maskedCount < region.sampleCount * 115 / 100)
    }

    @Test("bytes that describe no mask are refused")
    func malformed() {
        for bytes in [[], [8, 0], [0], [3, 5, 1], [2, 1, 0xFF, 0xFF]] as [[UInt8]] {
            #expect(RegionMask(encoded: bytes, rows: 64, columns: 64) == nil, "\(bytes)")
        }
    }
}
