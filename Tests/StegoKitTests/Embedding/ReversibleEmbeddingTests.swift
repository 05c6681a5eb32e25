import SeededRandomness
import TestSupport
import Testing

@testable import StegoKit

@Suite("Reversible embedding")
struct ReversibleEmbeddingTests {
    private let method = EmbeddingMethod.reversible

    private func randomForbidden(_ bitsStored: Int, _ generator: inout SplitMix64) -> ClosedRange<UInt16>? {
        let maximum = (1 << bitsStored) - 1
        switch generator.below(5) {
        case 0: return 0...0
        case 1: return UInt16(maximum)...UInt16(maximum)
        case 2:
            let first = generator.below(maximum + 1)
            return UInt16(first)...UInt16(first + generator.below(maximum + 1 - first))
        default: return nil
        }
    }

    /// Embeds, checks every promise about the stego samples, extracts, and checks that the cover is back.
    private func check(_ cover: SamplePlanes, _ payload: [UInt8], _ key: InstanceKey, _ comment: Comment) throws {
        var stego = cover
        let embedding = try method.embed(payload, into: &stego, key: key)
        let report = try QualityReport(cover: cover, stego: stego)
        #expect(embedding.changedSamples == report.changedSamples, comment)
        #expect(embedding.payloadBits == payload.count * 8 && embedding.restoration == nil, comment)
        #expect(stego.planes.allSatisfy { $0.allSatisfy { $0 <= stego.maximumLevel } }, comment)
        if let forbidden = cover.forbiddenLevels {
            let unchanged = zip(cover.planes.joined(), stego.planes.joined()).allSatisfy { before, after in
                forbidden.contains(before) || forbidden.contains(after) ? before == after : true
            }
            #expect(unchanged, comment)
        }
        let block = try ParameterBlock.read(from: stego, key: key).block
        #expect(report.maximumChange <= ((block.passCount + 1) / 2) << block.coarseShift, comment)
        let extraction = try EmbeddingMethod.extract(from: &stego, key: key)
        #expect(extraction == Extraction(method: .reversible, payload: payload, isRestored: true), comment)
        #expect(stego == cover, comment)
    }

    @Test("exact on every shape, depth and kind of image, up to capacity", arguments: TestImage.allCases)
    func exact(image: TestImage) throws {
        try forEachSeed(0..<60) { generator, seed in
            let bitsStored = 1 + generator.below(16)
            let cover = try image.planes(
                rows: 1 + generator.below(70), columns: 1 + generator.below(90), bitsStored: bitsStored, count: 1 + generator.below(6),
                forbidden: randomForbidden(bitsStored, &generator), &generator)
            let key = try TestKeys.instance(UInt8(truncatingIfNeeded: generator.next()))
            let capacity = method.capacity(of: cover)
            guard capacity > 0 else { return }
            for length in [0, generator.below(capacity + 1), capacity] {
                try check(cover, generator.bytes(length), key, "\(seed), \(length) of \(capacity) bytes")
            }
        }
    }

    @Test("images of every depth from 2 bits on hold something", arguments: 2...16)
    func holdsSomething(bitsStored: Int) throws {
        var generator = SplitMix64(seed: 5)
        let image: TestImage = bitsStored < 8 ? .flat : .smooth
        let cover = try image.planes(rows: 64, columns: 64, bitsStored: bitsStored, &generator)
        #expect(method.capacity(of: cover) > 100)
    }

    @Test("flat images at the ends of the range hold much and change by one")
    func flatEnds() throws {
        for image in [TestImage.flatAtFirstLevel, .flatAtLastLevel] {
            var generator = SplitMix64(seed: 6)
            let cover = try image.planes(rows: 128, columns: 128, bitsStored: 8, &generator)
            let payload = generator.bytes(700)
            try check(cover, payload, TestKeys.instance(), "\(image)")
        }
    }

    @Test("10 000 bits in a smooth 512 × 512 image of 8 bits stay above 60 dB")
    func quality() throws {
        var generator = SplitMix64(seed: 7)
        let cover = try TestImage.smooth.planes(rows: 512, columns: 512, bitsStored: 8, &generator)
        var stego = cover
        _ = try method.embed(generator.bytes(1_250), into: &stego, key: TestKeys.instance())
        let report = try QualityReport(cover: cover, stego: stego)
        #expect(report.psnrOfStoredRange >= 60)
        #expect(report.maximumChange == 1)
    }

    @Test("planes beyond the carrier's limit are spread and the others untouched")
    func manyPlanes() throws {
        let plane = [UInt16](repeating: 100, count: 1024 * 1024)
        let cover = try SamplePlanes(rows: 1024, columns: 1024, bitsStored: 12, planes: Array(repeating: plane, count: 20))
        let carrier = CarrierPlanes(of: cover)
        #expect(carrier.indices.count == 16 && carrier.indices.first == 0 && carrier.indices.last == 18)
        var stego = cover
        let payload = [UInt8](repeating: 0x5A, count: 1_000)
        let embedding = try EmbeddingMethod.leastSignificantBit.embed(payload, into: &stego, key: TestKeys.instance())
        for index in 0..<20 { #expect((stego.planes[index] != plane) == carrier.indices.contains(index)) }
        #expect(try EmbeddingMethod.extract(from: &stego, key: TestKeys.instance()).payload == payload)
        try EmbeddingMethod.leastSignificantBit.restore(
            &stego, restoration: try #require(embedding.restoration), key: TestKeys.instance())
        #expect(stego == cover)
    }

    @Test("too much is refused with a capacity, and the planes stay as they are")
    func tooMuch() throws {
        var generator = SplitMix64(seed: 8)
        let cover = try TestImage.smooth.planes(rows: 64, columns: 64, bitsStored: 12, &generator)
        var planes = cover
        let capacity = method.capacity(of: cover)
        #expect { try method.embed(generator.bytes(4_096), into: &planes, key: TestKeys.instance()) } throws: {
            ($0 as? EmbeddingError)?.code == .payloadTooLarge(capacity: capacity)
        }
        #expect(planes == cover)
    }

    @Test("images without room are refused: nothing, one sample, all padding", arguments: [0, 1, 2])
    func noRoom(kind: Int) throws {
        let cover =
            switch kind {
            case 0: try SamplePlanes(rows: 0, columns: 0, bitsStored: 8, planes: [])
            case 1: try SamplePlanes(rows: 1, columns: 1, bitsStored: 8, planes: [[5]])
            default:
                try SamplePlanes(
                    rows: 64, columns: 64, bitsStored: 8, planes: [[UInt16](repeating: 9, count: 4096)], forbiddenLevels: 0...255)
            }
        for method in EmbeddingMethod.all {
            var planes = cover
            #expect(method.capacity(of: cover) == 0)
            #expect { try method.embed([], into: &planes, key: TestKeys.instance()) } throws: {
                ($0 as? EmbeddingError)?.code == .payloadTooLarge(capacity: 0)
            }
            #expect { try EmbeddingMethod.extract(from: &planes, key: TestKeys.instance()) } throws: {
                ($0 as? EmbeddingError)?.code == .nothingFound
            }
        }
    }

    @Test("levels above BitsStored are refused")
    func invalidLevels() throws {
        var plane = [UInt16](repeating: 7, count: 4096)
        plane[77] = 256
        var planes = try SamplePlanes(rows: 64, columns: 64, bitsStored: 8, planes: [plane])
        for method in EmbeddingMethod.all {
            #expect { try method.embed([1], into: &planes, key: TestKeys.instance()) } throws: {
                ($0 as? EmbeddingError)?.code == .invalidPlanes
            }
        }
    }

    @Test("planes that contradict their size are refused")
    func invalidShapes() {
        for make in [
            { try SamplePlanes(rows: 2, columns: 2, bitsStored: 8, planes: [[1]]) },
            { try SamplePlanes(rows: -1, columns: 2, bitsStored: 8, planes: []) },
            { try SamplePlanes(rows: 1, columns: 1, bitsStored: 17, planes: [[1]]) },
            { try SamplePlanes(rows: 1, columns: 1, bitsStored: 0, planes: [[1]]) },
            { try SamplePlanes(rows: 1 << 40, columns: 1 << 40, bitsStored: 8, planes: []) },
        ] {
            #expect { try make() } throws: { ($0 as? EmbeddingError)?.code == .invalidPlanes }
        }
    }
}
