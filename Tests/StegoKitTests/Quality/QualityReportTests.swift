import Testing

@testable import StegoKit

@Suite("Quality report")
struct QualityReportTests {
    private func planes(_ levels: [UInt16], bitsStored: Int = 8) throws -> SamplePlanes {
        try SamplePlanes(rows: 1, columns: levels.count, bitsStored: bitsStored, planes: [levels])
    }

    @Test("figures of a small example, worked by hand")
    func byHand() throws {
        let report = try QualityReport(cover: planes([10, 20, 30, 110]), stego: planes([10, 21, 28, 110]))
        #expect(report.meanSquaredError == 1.25)
        #expect(report.changedSamples == 2)
        #expect(report.maximumChange == 2)
        #expect(report.usedRange == 100)
        #expect(abs(report.psnrOfUsedRange - 39.0309) < 0.0001)
        #expect(abs(report.psnrOfStoredRange - 47.1617) < 0.0001)
    }

    @Test("the widest differences do not overflow, over several blocks and planes")
    func extremes() throws {
        let count = 10_000
        let zeros = [UInt16](repeating: 0, count: count)
        let ones = [UInt16](repeating: .max, count: count)
        let cover = try SamplePlanes(rows: 100, columns: 100, bitsStored: 16, planes: [zeros, ones, zeros])
        let stego = try SamplePlanes(rows: 100, columns: 100, bitsStored: 16, planes: [ones, zeros, zeros])
        let report = try QualityReport(cover: cover, stego: stego)
        #expect(report.maximumChange == 65_535)
        #expect(report.changedSamples == 2 * count)
        #expect(report.meanSquaredError == 65_535.0 * 65_535.0 * 2 / 3)
        #expect(abs(report.psnrOfUsedRange - 1.7609) < 0.0001)
    }

    @Test("identical samples have no error and infinite ratios; so have none at all")
    func identical() throws {
        let report = try QualityReport(cover: planes([1, 2, 3]), stego: planes([1, 2, 3]))
        #expect(report.psnrOfUsedRange == .infinity && report.psnrOfStoredRange == .infinity && report.changedSamples == 0)
        let none = try SamplePlanes(rows: 0, columns: 0, bitsStored: 8, planes: [])
        #expect(try QualityReport(cover: none, stego: none).psnrOfUsedRange == .infinity)
    }

    @Test("other shapes are refused")
    func shapes() throws {
        let (short, long) = (try planes([1]), try planes([1, 2]))
        #expect { try QualityReport(cover: short, stego: long) } throws: { ($0 as? EmbeddingError)?.code == .invalidPlanes }
    }

    @Test("agrees with plain arithmetic on random samples")
    func random() throws {
        try forEachSeed(0..<20) { generator, seed in
            let cover = try TestImage.noise.planes(rows: 63, columns: 97, bitsStored: 12, count: 2, &generator)
            let stego = try TestImage.noise.planes(rows: 63, columns: 97, bitsStored: 12, count: 2, &generator)
            let pairs = zip(cover.planes.joined(), stego.planes.joined()).map { (Int($0), Int($1)) }
            let report = try QualityReport(cover: cover, stego: stego)
            #expect(report.changedSamples == pairs.count { $0.0 != $0.1 }, seed)
            #expect(report.maximumChange == pairs.map { abs($0.0 - $0.1) }.max(), seed)
            let squares = pairs.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            #expect(abs(report.meanSquaredError - Double(squares) / Double(pairs.count)) < 1e-9, seed)
        }
    }
}
