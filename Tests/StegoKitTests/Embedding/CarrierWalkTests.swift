import Testing

@testable import StegoKit

/// The band of rows that carries in a plane of more than 2^24 samples.
@Suite struct CarrierBandTests {
    private let key = StudyKey(constant: 3).instanceKey(for: "2.25.4")

    /// Of 4352 rows the middle 1024 carry.
    private static let (rows, columns) = (4352, 4096)
    private static let carrying = 1664..<2688

    private func cover() throws -> SamplePlanes {
        var state: UInt32 = 5
        let levels = (0..<Self.rows * Self.columns).map { index in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt16(500 + index / Self.columns / 8) + UInt16(state >> 30)
        }
        return try SamplePlanes(rows: Self.rows, columns: Self.columns, bitsStored: 12, planes: [levels])
    }

    @Test(arguments: EmbeddingMethod.all)
    func carriesAndComesBack(method: EmbeddingMethod) throws {
        let cover = try cover()
        #expect(cover.carryingRows == Self.carrying)
        let payload = (0..<2000).map { UInt8(truncatingIfNeeded: $0 * 31) }
        var stego = cover
        let embedding = try method.embed(payload, into: &stego, key: key)
        let changed = zip(cover.planes[0], stego.planes[0]).enumerated().filter { $1.0 != $1.1 }.map { $0.offset / Self.columns }
        #expect(changed.count == embedding.changedSamples && embedding.changedSamples > 0)
        #expect(changed.allSatisfy { Self.carrying.contains($0) })
        #expect(try EmbeddingMethod.detect(in: stego, key: key).name == method.name)
        let extraction = try EmbeddingMethod.extract(from: &stego, key: key)
        #expect(extraction.payload == payload)
        if let restoration = embedding.restoration { try extraction.method.restore(&stego, restoration: restoration, key: key) }
        #expect(stego == cover)
    }

    /// The band is an image of its own: what it carries is found in it alone.
    @Test func theBandIsAnImage() throws {
        var stego = try cover()
        _ = try EmbeddingMethod.reversible.embed([1, 2, 3], into: &stego, key: key)
        let samples = Self.carrying.lowerBound * Self.columns..<Self.carrying.upperBound * Self.columns
        var band = try SamplePlanes(
            rows: Self.carrying.count, columns: Self.columns, bitsStored: 12, planes: [Array(stego.planes[0][samples])])
        #expect(try EmbeddingMethod.extract(from: &band, key: key).payload == [1, 2, 3])
    }

    @Test func aRegionStaysAsItIs() throws {
        let cover = try cover()
        var stego = cover
        // The left half of all rows.
        let flags = (0..<Self.rows * Self.columns).map { $0 % Self.columns < Self.columns / 2 }
        stego.regionOfInterest = RegionOfInterest(rows: Self.rows, columns: Self.columns, isInside: flags)
        _ = try EmbeddingMethod.reversible.embed([1, 2, 3], into: &stego, key: key)
        let changed = cover.planes[0].indices.filter { cover.planes[0][$0] != stego.planes[0][$0] }
        #expect(!changed.isEmpty && changed.allSatisfy { !flags[$0] })
        stego.regionOfInterest = nil
        #expect(try EmbeddingMethod.extract(from: &stego, key: key).payload == [1, 2, 3])
        #expect(stego == cover)
    }

    @Test func imagesUpTo2To24SamplesCarryWhole() throws {
        let planes = try SamplePlanes(rows: 4096, columns: 4096, bitsStored: 8, planes: [[UInt16](repeating: 0, count: 1 << 24)])
        #expect(planes.band == nil && planes.carryingRows == 0..<4096)
    }
}

@Suite("Keyed permutation")
struct KeyedPermutationTests {
    @Test("is a permutation at every size, and another under another key")
    func permutes() throws {
        for count in [1, 2, 3, 4, 5, 7, 8, 9, 100, 1_000, 4_097] {
            let path = KeyedPermutation(count: count, key: try TestKeys.instance())
            #expect(Set((0..<count).map { path($0) }) == Set(0..<count), "count \(count)")
        }
        let one = KeyedPermutation(count: 4_096, key: try TestKeys.instance())
        let other = KeyedPermutation(count: 4_096, key: try TestKeys.instance(1))
        #expect((0..<4_096).count { one($0) == other($0) } < 20)
    }

    @Test("spreads: a sixteenth of the path falls evenly into sixteen parts")
    func spreads() throws {
        let path = KeyedPermutation(count: 1 << 16, key: try TestKeys.instance())
        var parts = [Int](repeating: 0, count: 16)
        for index in 0..<4_096 { parts[path(index) >> 12] += 1 }
        #expect(parts.allSatisfy { (180...340).contains($0) })
    }
}
