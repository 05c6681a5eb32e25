import SeededRandomness
import TestSupport
import Testing

@testable import StegoKit

@Suite("One pass of the reversible method")
struct PassTests {
    private func randomSegments(_ generator: inout SplitMix64) -> [PassParameters.Segment] {
        let ends = (0..<1 + generator.below(8)).map { _ in 1 + generator.below(RhombusKernel.bucketCount) }.sorted()
        return ends.map { end in
            let lower = generator.below(12) - 8
            let upper = lower + 1 + generator.below(4)
            return PassParameters.Segment(
                endBucket: end, lowerBin: generator.below(4) == 0 ? nil : lower, upperBin: generator.below(4) == 0 ? nil : upper)
        }
    }

    /// Fast and reference embedding side by side, then the fast extraction.
    @Test("the fast kernel does what the reference does, and undoes it", arguments: TestImage.allCases)
    func reference(image: TestImage) throws {
        try forEachSeed(100..<160) { generator, seed in
            let bitsStored = 1 + generator.below(16)
            let (rows, columns) = (1 + generator.below(40), 1 + generator.below(60))
            let maximum = (1 << bitsStored) - 1
            var forbidden: ClosedRange<UInt16>?
            if generator.below(3) == 0 {
                let first = generator.below(maximum + 1)
                forbidden = UInt16(first)...UInt16(min(maximum, first + generator.below(4)))
            }
            let cover = try image.planes(
                rows: rows, columns: columns, bitsStored: bitsStored, count: 1 + generator.below(3), forbidden: forbidden, &generator)
            let carrier = CarrierPlanes(of: cover)
            let key = try TestKeys.instance(UInt8(truncatingIfNeeded: generator.next()))
            let path = KeyedPermutation(count: carrier.sampleCount, key: key)
            guard carrier.sampleCount >= ReservedSamples.count,
                let reserved = try? ReservedSamples(of: cover, carrier: carrier, path: path)
            else { return }
            let runs = LevelRuns(bitsStored: bitsStored, forbiddenLevels: forbidden)
            let colour = generator.below(2)
            var board = try Checkerboard(cover, carrier: carrier, shift: 0)
            let untouched = board
            let sweep = ColourSweep(
                colour: colour, excluded: ExcludedSamples(positions: reserved.positions), board: board, runs: runs)
            let segments = randomSegments(&generator)
            let reference = ReferencePass(
                rows: rows, columns: columns, maximum: maximum,
                forbidden: forbidden.map { Int($0.lowerBound & ~1)...Int($0.upperBound | 1) },
                colour: colour, reserved: Set(reserved.positions), parameters: PassParameters(segments: segments, embeddedByteCount: 0))

            // As many whole bytes as the image carries, by the reference's count.
            var planes = cover.planes.map { $0.map(Int.init) }
            let bits = (0..<carrier.sampleCount).map { _ in generator.below(2) == 1 }
            let carried = reference.embed(bits, &planes)
            var writer = BitWriter()
            for bit in bits.prefix(carried / 8 * 8) { writer.append(bit) }
            let bytes = writer.bytes
            planes = cover.planes.map { $0.map(Int.init) }
            _ = reference.embed(Array(bits.prefix(bytes.count * 8)), &planes)

            let flags = PassEmbedder.rangeEndFlags(segments: segments, sweep: sweep, board: &board, runs: runs)
            #expect(board == untouched, seed)
            #expect(PassEmbedder.embed(bytes, segments: segments, sweep: sweep, board: &board, runs: runs), seed)
            var stego = cover
            _ = board.merge(into: &stego, carrier: carrier)
            #expect(stego.planes == planes.map { $0.map { UInt16($0) } }, seed)

            let parameters = PassParameters(segments: segments, embeddedByteCount: bytes.count)
            let extractor = try PassExtractor(parameters, sweep: sweep, board: &board, runs: runs)
            #expect(extractor.bytes == bytes, seed)
            #expect(flags.count >= extractor.ambiguous.count, seed)
            let decoded = try #require(decodedFlags(flags, count: extractor.ambiguous.count), seed)
            try PassExtractor.resolve(extractor.ambiguous, flags: decoded, colour: colour, board: &board, runs: runs)
            #expect(board == untouched, seed)
        }
    }

    private func decodedFlags(_ flags: [Bool], count: Int) -> [Bool]? {
        RecordReader.splitCounted(CodedFlags.encode(flags)[...]).flatMap { CodedFlags.decode($0.counted, count: count) }
    }

    @Test("buckets are exact up to 8 and cover every complexity")
    func buckets() {
        for complexity in 0...UInt16(8) { #expect(RhombusKernel.bucket(of: complexity) == complexity) }
        #expect(RhombusKernel.bucket(of: 16 * 4095) == UInt16(RhombusKernel.bucketCount - 1))
        #expect(RhombusKernel.bucket(of: RhombusKernel.excludedComplexity) == UInt16(RhombusKernel.bucketCount))
        var last: UInt16 = 0
        for complexity in 0...UInt16(16 * 4095) {
            let bucket = RhombusKernel.bucket(of: complexity)
            #expect(bucket == last || bucket == last + 1)
            last = bucket
        }
    }

    @Test("parameters survive their 22 bytes")
    func parameterBytes() {
        forEachSeed(0..<200) { generator, seed in
            let parameters = PassParameters(segments: randomSegments(&generator), embeddedByteCount: generator.below(1 << 24))
            #expect(parameters.bytes.count == PassParameters.byteCount, seed)
            #expect(PassParameters(bytes: parameters.bytes) == parameters, seed)
        }
        #expect(PassParameters(bytes: [1, 2, 3]) == nil)
    }

    @Test("range end flags survive their coding, in every mixture")
    func flags() throws {
        try forEachSeed(0..<200) { generator, seed in
            let density = 1 + generator.below(20)
            let flags = (0..<generator.below(400)).map { _ in generator.below(density) == 0 }
            let coded = CodedFlags.encode(flags)
            let (flagBytes, rest) = try #require(RecordReader.splitCounted((coded + [7, 7])[...]), seed)
            #expect(Array(rest) == [7, 7], seed)
            #expect(CodedFlags.decode(flagBytes, count: flags.count) == flags, seed)
            #expect(coded.count <= flags.count / 8 + 4, seed)
        }
        #expect(RecordReader.splitCounted([0x80, 0x80]) == nil)
        #expect(RecordReader.splitCounted([5, 1]) == nil)
        #expect(CodedFlags.decode([], count: 1) == nil)
    }
}
