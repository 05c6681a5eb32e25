import Basics
import SeededRandomness
import TestSupport
import Testing

@testable import StegoKit

/// Whatever the method, image and region: the region is bit for bit as it was, the payload opens from pixels and key alone, and the cover
/// comes back.
@Suite("Every method, with and without a region of interest")
struct RegionIdentityTests {
    private static let methods = EmbeddingMethod.all

    private func randomForbidden(_ bitsStored: Int, _ generator: inout SplitMix64) -> ClosedRange<UInt16>? {
        guard generator.below(3) == 0 else { return nil }
        let maximum = (1 << bitsStored) - 1
        let first = generator.below(maximum + 1)
        return UInt16(first)...UInt16(min(maximum, first + generator.below(5)))
    }

    private func check(
        _ method: EmbeddingMethod, _ cover: SamplePlanes, _ payload: [UInt8], _ key: InstanceKey, _ comment: Comment
    ) throws {
        var stego = cover
        let embedding = try method.embed(payload, into: &stego, key: key)
        let report = try QualityReport(cover: cover, stego: stego)
        #expect(embedding.changedSamples == report.changedSamples, comment)
        #expect(embedding.payloadBits == payload.count * 8, comment)
        try expectAllowedChanges(cover, stego, comment)
        // The receiver has no region.
        var received = stego
        received.regionOfInterest = nil
        let asReceived = received
        let extraction = try EmbeddingMethod.extract(from: &received, key: key)
        #expect(extraction.payload == payload && extraction.method.number == method.number, comment)
        if let restoration = embedding.restoration {
            #expect(received == asReceived && !extraction.isRestored, comment)
            try method.restore(&received, restoration: restoration, key: key)
        } else {
            #expect(extraction.isRestored, comment)
        }
        #expect(received.planes == cover.planes, comment)
    }

    private func expectAllowedChanges(_ cover: SamplePlanes, _ stego: SamplePlanes, _ comment: Comment) throws {
        for (before, after) in zip(cover.planes, stego.planes) {
            for index in before.indices where before[index] != after[index] {
                #expect(cover.regionOfInterest?.isInside[index] != true, comment)
                #expect(after[index] <= cover.maximumLevel, comment)
                if let forbidden = cover.forbiddenLevels {
                    #expect(!forbidden.contains(before[index]) && !forbidden.contains(after[index]), comment)
                }
            }
        }
    }

    @Test("exact, and the region as it was, up to capacity", arguments: methods, TestRegion.allCases)
    func exact(_ method: EmbeddingMethod, _ kind: TestRegion) throws {
        var embedded = 0
        for image in TestImage.allCases {
            try forEachSeed(0..<40) { generator, seed in
                let bitsStored = 1 + generator.below(16)
                let (rows, columns) = (60 + generator.below(140), 60 + generator.below(140))
                var cover = try image.planes(
                    rows: rows, columns: columns, bitsStored: bitsStored, count: 1 + generator.below(3),
                    forbidden: randomForbidden(bitsStored, &generator), &generator)
                cover.regionOfInterest = kind.region(rows: rows, columns: columns, &generator)
                let key = try TestKeys.instance(UInt8(truncatingIfNeeded: generator.next()))
                let capacity = method.capacity(of: cover)
                guard capacity > 0 else { return }
                for length in [0, generator.below(capacity + 1), capacity] {
                    embedded += length
                    try check(
                        method, cover, generator.bytes(length), key,
                        "\(image), \(seed), \(rows) × \(columns) × \(bitsStored), \(length) of \(capacity) bytes")
                }
            }
        }
        #expect(embedded > 0)
    }

    @Test("a payload that the region leaves no room for is refused, and the planes stay as they are", arguments: methods)
    func tooMuch(_ method: EmbeddingMethod) throws {
        var generator = SplitMix64(seed: 51)
        var cover = try TestImage.smooth.planes(rows: 64, columns: 64, bitsStored: 12, &generator)
        cover.regionOfInterest = RegionOfInterest(rows: 64, columns: 64, isInside: [Bool](repeating: true, count: 4096))
        for payload in [[], generator.bytes(20), generator.bytes(100_000)] {
            var planes = cover
            #expect {
                try method.embed(payload, into: &planes, key: TestKeys.instance())
            } throws: {
                guard case .payloadTooLarge = ($0 as? EmbeddingError)?.code else { return false }
                return true
            }
            #expect(planes == cover)
        }
    }

    @Test("a region of another size is refused", arguments: methods)
    func otherSize(_ method: EmbeddingMethod) throws {
        var generator = SplitMix64(seed: 52)
        var planes = try TestImage.smooth.planes(rows: 64, columns: 64, bitsStored: 12, &generator)
        planes.regionOfInterest = RegionOfInterest(rows: 32, columns: 128, isInside: [Bool](repeating: true, count: 4096))
        #expect(method.capacity(of: planes) == 0)
        #expect { try method.embed([1], into: &planes, key: TestKeys.instance()) } throws: {
            ($0 as? EmbeddingError)?.code == .invalidPlanes
        }
    }

    @Test("restoration data that is none is refused", arguments: [EmbeddingMethod.hamming, .syndromeTrellis])
    func invalidRestoration(_ method: EmbeddingMethod) throws {
        var generator = SplitMix64(seed: 53)
        var planes = try TestImage.smooth.planes(rows: 64, columns: 64, bitsStored: 8, &generator)
        _ = try method.embed([1, 2, 3, 4], into: &planes, key: TestKeys.instance())
        let stego = planes
        for restoration in [[], [0], [0xFF], [0, 0xFF], generator.bytes(30)] as [[UInt8]] {
            #expect { try method.restore(&planes, restoration: restoration, key: TestKeys.instance()) } throws: {
                ($0 as? EmbeddingError)?.code == .invalidRestoration
            }
        }
        #expect(planes == stego)
    }

    private static let coded = [EmbeddingMethod.hamming, .syndromeTrellis]

    @Test("a mammogram of 3000 × 4000 samples takes a record around its breast in bounded time", arguments: coded)
    func mammogram(_ method: EmbeddingMethod) throws {
        var generator = SplitMix64(seed: 54)
        let (rows, columns) = (4000, 3000)
        var noise: UInt32 = 54
        let plane = (0..<rows * columns).map { index -> UInt16 in
            noise = noise &* 1_664_525 &+ 1_013_904_223
            let (row, column) = (index / columns, index % columns)
            let isBreast = (row - 2000) * (row - 2000) + column * column < 1500 * 1500
            return isBreast ? 1200 + UInt16(column / 8) + UInt16(noise >> 26) : 40 + UInt16(noise >> 28)
        }
        var cover = try SamplePlanes(rows: rows, columns: columns, bitsStored: 12, planes: [plane])
        cover.regionOfInterest = RegionOfInterest(rows: rows, columns: columns, isInside: plane.map { $0 >= 1000 })
        let clock = ContinuousClock()
        let time = try clock.measure {
            try check(method, cover, generator.bytes(2_000), TestKeys.instance(), "\(method)")
        }
        print("\(method), 3000 × 4000: embedded, extracted, restored and compared in \(time)")
        #expect(time < .seconds(60))
    }

    @Test("64 × 64 samples of functional MR hold an excerpt in one frame, a record in many", arguments: coded)
    func functionalMR(_ method: EmbeddingMethod) throws {
        var generator = SplitMix64(seed: 55)
        for (frames, byteCount) in [(1, 150), (20, 2_000)] {
            var cover = try TestImage.noise.planes(rows: 64, columns: 64, bitsStored: 7, count: frames, &generator)
            cover.regionOfInterest = TestRegion.disc.region(rows: 64, columns: 64, &generator)
            try check(
                method, cover, generator.bytes(byteCount), TestKeys.instance(), "\(method), \(frames) frames")
        }
    }

    @Test("planes beyond the carrier's limit are spread and the others untouched", arguments: coded)
    func manyPlanes(_ method: EmbeddingMethod) throws {
        var generator = SplitMix64(seed: 56)
        let plane = (0..<1024 * 1024).map { _ in UInt16(generator.next() >> 58) + 500 }
        let cover = try SamplePlanes(rows: 1024, columns: 1024, bitsStored: 12, planes: Array(repeating: plane, count: 20))
        var stego = cover
        try check(method, cover, generator.bytes(1_000), TestKeys.instance(), "\(method)")
        _ = try method.embed(generator.bytes(1_000), into: &stego, key: TestKeys.instance())
        let carrier = CarrierPlanes(of: cover)
        for index in 0..<20 where !carrier.indices.contains(index) { #expect(stego.planes[index] == plane) }
    }

    @Test("every constraint height opens by itself, and a greater one changes less", arguments: [UInt64(57), 58])
    func constraintHeights(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let cover = try TestImage.noise.planes(rows: 128, columns: 128, bitsStored: 10, &generator)
        let payload = generator.bytes(300)
        var changes: [Int] = []
        for height in SyndromeTrellisEmbedding.constraintHeight.range {
            var stego = cover
            let method = try EmbeddingMethod.syndromeTrellis.setting("constraintHeight", to: height)
            changes.append(try method.embed(payload, into: &stego, key: TestKeys.instance()).changedSamples)
            #expect(try EmbeddingMethod.extract(from: &stego, key: TestKeys.instance()).payload == payload, "height \(height)")
        }
        #expect(changes[5] < changes[0], "\(changes)")
    }
}
