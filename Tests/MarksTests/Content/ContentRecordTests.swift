import SeededRandomness
import TestSupport
import Testing

@testable import Marks

@Suite("Content records")
struct ContentRecordTests {
    private func image(_ random: inout SplitMix64) throws -> ContentImage {
        let (height, width) = (1 + random.below(90), 1 + random.below(90))
        let range: ClosedRange<Int32> = Bool.random(using: &random) ? -2048...2047 : 0...65_535
        let planeCount = Bool.random(using: &random) ? 1 : 3
        let planes = try (0..<planeCount).map { _ in
            let samples = (0..<height * width).map { _ in Int32.random(in: range, using: &random) }
            return try SamplePlane(height: height, width: width, range: range, samples: samples)
        }
        let spacing = Bool.random(using: &random) ? SampleSpacing(rows: 0.5, columns: 0.25) : nil
        return try ContentImage(planes: planes, units: ModalityUnits(slope: 0.5, intercept: -1024, name: "HU"), spacing: spacing)
    }

    @Test("Bytes give the record again")
    func bytes() throws {
        var random = SplitMix64(seed: 5)
        for _ in 0..<200 {
            let window = try #require(ContentWindow(centre: 40, width: 400, function: .linearExact))
            let record = try ContentRecord(
                of: image(&random), windows: [window], imageDigest: random.bytes(32), imageID: random.bytes(4))
            let again = try ContentRecord(bytes: record.bytes)
            #expect(again == record)
            #expect(again.bytes == record.bytes)
        }
    }

    @Test("A cell's mean, minimum and maximum are those of its samples")
    func values() throws {
        let plane = try SamplePlane(height: 9, width: 10, range: 0...4095, samples: (0..<90).map { Int32($0 * 40) })
        let record = try ContentRecord(of: ContentImage(planes: [plane], units: ModalityUnits.none))
        #expect(record.grid.count == 4)
        #expect(record.planes[0].step == 2)
        // The first cell has rows and columns 0 … 7: its mean is 40 · (35 + 3.5), its samples run from 0 to 77 · 40.
        #expect(record.planes[0].values(of: 0).mean == 1540)
        #expect(record.planes[0].values(of: 0).minimum == 0)
        #expect(record.planes[0].values(of: 0).maximum == 3136)
        // The last has the row 8 with the columns 8 and 9 alone.
        #expect(record.planes[0].values(of: 3).mean == 3540)
    }

    @Test("Every shortening, and bytes behind the end, are refused")
    func truncated() throws {
        var random = SplitMix64(seed: 6)
        let bytes = try ContentRecord(of: image(&random)).bytes
        for count in 0..<bytes.count {
            #expect(throws: MarksError.self) { try ContentRecord(bytes: bytes.prefix(count)) }
        }
        #expect(throws: MarksError.self) { try ContentRecord(bytes: bytes + [0]) }
    }

    @Test("Changed bytes are refused or are another record, and never end the program")
    func changed() throws {
        let record = try ContentRecord(of: ContentPhantom(side: 64).image())
        let bytes = record.bytes
        var random = SplitMix64(seed: 7)
        for _ in 0..<4000 {
            var changed = bytes
            for _ in 0...random.below(3) { changed[random.below(min(changed.count, 200))] ^= UInt8(1 << random.below(8)) }
            guard changed != bytes, let other = try? ContentRecord(bytes: changed) else { continue }
            #expect(other != record)
            _ = try ContentComparison.compare(ContentPhantom(side: 64).image(), with: other)
        }
    }

    @Test("A claim of many cells makes no memory that its bytes do not justify")
    func hugeClaims() throws {
        var bytes = try ContentRecord(of: ContentPhantom(side: 64).image()).bytes
        bytes.replaceSubrange(4..<8, with: [0xFF, 0xFF, 0xFF, 0xFF])
        bytes[8] = 16
        #expect(throws: MarksError.self) { try ContentRecord(bytes: bytes) }
    }

    @Test("Another version is named")
    func version() throws {
        var bytes = try ContentRecord(of: ContentPhantom(side: 64).image()).bytes
        bytes[3] = 2
        let error = #expect(throws: MarksError.self) { try ContentRecord(bytes: bytes) }
        #expect(error?.reason.contains("version 2") == true)
    }

    @Test("Unknown units make no record; neither does a digest of another length")
    func refusals() throws {
        let plane = try ContentPhantom(side: 64).plane()
        #expect(throws: MarksError.self) { try ContentRecord(of: ContentImage(planes: [plane], units: nil)) }
        #expect(throws: MarksError.self) { try ContentRecord(of: ContentPhantom(side: 64).image(), imageDigest: [1]) }
        #expect(throws: MarksError.self) { try ModalityUnits(slope: 0) }
        #expect(throws: MarksError.self) { try ContentImage(planes: [], units: nil) }
    }
}

@Suite("Coded grids")
struct ResidualCoderTests {
    @Test("Any integers come back")
    func roundTrip() throws {
        var random = SplitMix64(seed: 8)
        for _ in 0..<500 {
            let (rows, columns) = (1 + random.below(20), 1 + random.below(20))
            let bits = random.below(32)
            let values = (0..<rows * columns).map { _ in Int32(truncatingIfNeeded: random.next()) >> Int32(bits) }
            let bytes = ResidualCoder.encode(values, columns: columns)
            #expect(ResidualCoder.decode(bytes[...], rows: rows, columns: columns) == values)
            #expect(ResidualCoder.decode((bytes + [0])[...], rows: rows, columns: columns) == nil)
            #expect(ResidualCoder.decode(bytes.dropLast()[...], rows: rows, columns: columns) == nil)
        }
    }

    @Test("Neighbourhoods of three by three cells")
    func neighbourhoods() {
        let grid = CellGrid(imageHeight: 30, imageWidth: 38, side: 8)
        var random = SplitMix64(seed: 9)
        let values = (0..<grid.count).map { _ in random.below(1000) }
        let expected = (0..<grid.count).map { cell in
            (-1...1).flatMap { down in (-1...1).map { (cell / grid.columns + down, cell % grid.columns + $0) } }
                .filter { (0..<grid.rows).contains($0.0) && (0..<grid.columns).contains($0.1) }
                .map { values[$0.0 * grid.columns + $0.1] }.max()
        }
        #expect(grid.neighbourhoods(values, max) == expected)
    }

    @Test("Rows of eight at once are what one sample after the other is")
    func wideCells() {
        var random = SplitMix64(seed: 17)
        for _ in 0..<200 {
            let (height, step) = (Int.random(in: 1...16, using: &random), Int.random(in: 8...40, using: &random))
            let first = Int.random(in: 0...step - 8, using: &random)
            let samples = (0..<height * step).map { _ in Int32.random(in: -32_768...65_535, using: &random) }
            samples.withUnsafeBufferPointer { samples in
                #expect(CellStatistics.wide(samples, first, height, step) == CellStatistics.plain(samples, first, height, 8, step))
            }
        }
    }
}
