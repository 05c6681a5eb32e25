import SeededRandomness
import TestSupport
import Testing

@testable import StegoKit

@Suite("Least significant bits")
struct LeastSignificantBitTests {
    private let method = EmbeddingMethod.leastSignificantBit

    @Test("payload comes back and restoration gives the cover", arguments: TestImage.allCases)
    func roundTrip(image: TestImage) throws {
        try forEachSeed(0..<40) { generator, seed in
            let bitsStored = 1 + generator.below(16)
            let maximum = (1 << bitsStored) - 1
            let first = generator.below(maximum + 1)
            let forbidden = generator.below(2) == 0 ? nil : UInt16(first)...UInt16(min(maximum, first + generator.below(3)))
            let cover = try image.planes(
                rows: 1 + generator.below(50), columns: 1 + generator.below(50), bitsStored: bitsStored, count: 1 + generator.below(3),
                forbidden: forbidden, &generator)
            let capacity = method.capacity(of: cover)
            guard capacity > 0 else { return }
            for length in [0, generator.below(capacity + 1), capacity] {
                let payload = generator.bytes(length)
                var stego = cover
                let embedding = try method.embed(payload, into: &stego, key: TestKeys.instance())
                let report = try QualityReport(cover: cover, stego: stego)
                #expect(report.maximumChange <= 1 && report.changedSamples == embedding.changedSamples, seed)
                for (before, after) in zip(cover.planes.joined(), stego.planes.joined()) where before != after {
                    #expect(after <= cover.maximumLevel && forbidden?.contains(before) != true && forbidden?.contains(after) != true, seed)
                }
                let marked = stego
                #expect(try EmbeddingMethod.extract(from: &stego, key: TestKeys.instance()).payload == payload, seed)
                #expect(stego == marked, seed)
                try method.restore(&stego, restoration: try #require(embedding.restoration, seed), key: TestKeys.instance())
                #expect(stego == cover, seed)
            }
        }
    }

    @Test("one byte more than capacity is refused")
    func tooMuch() throws {
        var generator = SplitMix64(seed: 41)
        let cover = try TestImage.noise.planes(rows: 30, columns: 31, bitsStored: 8, &generator)
        let capacity = method.capacity(of: cover)
        #expect(capacity == (30 * 31 - 256) / 8)
        var planes = cover
        #expect { try method.embed([UInt8](repeating: 1, count: capacity + 1), into: &planes, key: TestKeys.instance()) } throws: {
            ($0 as? EmbeddingError)?.code == .payloadTooLarge(capacity: capacity)
        }
        #expect(planes == cover)
    }

    @Test("restoration data that is none is refused")
    func invalidRestoration() throws {
        var generator = SplitMix64(seed: 42)
        var planes = try TestImage.smooth.planes(rows: 40, columns: 40, bitsStored: 8, &generator)
        _ = try method.embed([1, 2, 3, 4], into: &planes, key: TestKeys.instance())
        let stego = planes
        for restoration in [[], [200], [0, 0xFF], [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80], [0, 0b0000_0010, 0xFF]] as [[UInt8]] {
            #expect { try method.restore(&planes, restoration: restoration, key: TestKeys.instance()) } throws: {
                ($0 as? EmbeddingError)?.code == .invalidRestoration
            }
        }
        #expect(planes == stego)
    }

    @Test("gaps survive their coding")
    func gaps() throws {
        try forEachSeed(0..<100) { generator, seed in
            let density = 1 + generator.below(50)
            let changed = (0..<generator.below(2_000)).map { _ in generator.below(density) == 0 }
            var collector = ChangedPositions.Collector()
            for change in changed { collector.visit(changed: change) }
            let ordinals = try #require(ChangedPositions.decode(collector.encoded(), visited: changed.count), seed)
            #expect(ordinals == changed.indices.filter { changed[$0] }, seed)
        }
    }
}
