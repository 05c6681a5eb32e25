import SeededRandomness
import Testing

@testable import StegoKit

/// The parts of a record in the frames of an image.
@Suite struct FramePartsTests {
    private let key = StudyKey(constant: 7).instanceKey(for: "2.25.1")

    private func planes(_ frames: Int, side: Int = 64) throws -> [SamplePlanes] {
        var random = SplitMix64(seed: 5)
        return try (0..<frames).map { frame in
            let levels = (0..<side * side).map { UInt16(300 + frame + $0 / side + Int.random(in: 0...2, using: &random)) }
            return try SamplePlanes(rows: side, columns: side, bitsStored: 12, planes: [levels])
        }
    }

    private func embedded(_ payload: [UInt8], in cover: [SamplePlanes], _ method: EmbeddingMethod = .reversible) throws -> FrameEmbedding? {
        let embedder = FrameEmbedder(
            cover: FrameCover(frameCount: cover.count, region: nil) { cover[$0] }, method: method, key: key)
        return try embedder.embed { payload }
    }

    private func stego(_ embedding: FrameEmbedding, _ cover: [SamplePlanes]) -> [SamplePlanes] {
        cover.indices.map { embedding.frames[$0] ?? cover[$0] }
    }

    private func extracted(_ frames: [SamplePlanes], restoration: [UInt8]? = nil) throws -> FrameExtraction {
        try FrameExtractor(frameCount: frames.count, key: key) { frames[$0] }.extract(restoration: restoration)
    }

    @Test(arguments: [40, 2000])
    func comesBack(byteCount: Int) throws {
        let cover = try planes(20)
        let payload = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 * 37) }
        let embedding = try #require(try embedded(payload, in: cover))
        #expect(embedding.payloadByteCount == byteCount)
        let extraction = try extracted(stego(embedding, cover))
        #expect(extraction.payload == payload)
        #expect(Set(extraction.frames.keys) == Set(embedding.frames.keys))
        for (index, frame) in extraction.frames { #expect(frame.planes == cover[index].planes) }
    }

    /// The frame is one of the first in the keyed order, and of these the one that changes least.
    @Test func theBestCandidateCarries() throws {
        let cover = try planes(30)
        let payload = [UInt8](repeating: 9, count: 60)
        let embedding = try #require(try embedded(payload, in: cover))
        let carrier = try #require(embedding.frames.keys.first)
        let candidates = FrameOrder(frameCount: 30, key: key).candidates
        #expect(embedding.frames.count == 1 && candidates.contains(carrier))
        let errors = try candidates.map { candidate in
            var stego = cover[candidate]
            _ = try EmbeddingMethod.reversible.embed([0] + payload, into: &stego, key: key.part(0))
            return try QualityReport(cover: cover[candidate], stego: stego).meanSquaredError
        }
        #expect(embedding.quality.first?.meanSquaredError == errors.min())
    }

    /// Reversed, and without the frames that carry nothing: the parts are found all the same.
    @Test(arguments: [40, 2000])
    func otherFrameSets(byteCount: Int) throws {
        let cover = try planes(20)
        let payload = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 * 11) }
        let embedding = try #require(try embedded(payload, in: cover))
        let frames = stego(embedding, cover)
        #expect(try extracted(frames.reversed()).payload == payload)
        let carriers = embedding.frames.keys.sorted().map { frames[$0] }
        #expect(try extracted(carriers).payload == payload)
        #expect(try extracted(carriers + cover.prefix(3)).payload == payload)
    }

    /// A record that no small frame holds a part of is in all of them together.
    @Test(arguments: [EmbeddingMethod.reversible, .leastSignificantBit, .syndromeTrellis])
    func smallFramesCarryTogether(method: EmbeddingMethod) throws {
        let cover = try planes(12, side: 20)
        let payload = (0..<200).map { UInt8(truncatingIfNeeded: $0 * 29) }
        let embedding = try #require(try embedded(payload, in: cover, method))
        #expect(embedding.frames.count == 12 && embedding.payloadByteCount == 200)
        let frames = stego(embedding, cover)
        #expect(frames.map(\.planes) != cover.map(\.planes))
        let extraction = try extracted(frames, restoration: embedding.restoration)
        #expect(extraction.payload == payload && extraction.isRestored)
        for (index, frame) in extraction.frames { #expect(frame.planes == cover[index].planes) }
        #expect(try extracted(frames).isRestored == (embedding.restoration == nil))
        // Their order is part of what they carry.
        let error = #expect(throws: EmbeddingError.self) { try extracted(frames.reversed()) }
        #expect(error?.code == .nothingFound)
    }

    @Test func missingParts() throws {
        let cover = try planes(20)
        let embedding = try #require(try embedded((0..<2000).map { UInt8(truncatingIfNeeded: $0) }, in: cover))
        #expect(embedding.frames.count > 1)
        var frames = stego(embedding, cover)
        let order = FrameOrder(frameCount: 20, key: key)
        let carriers = (0..<20).map { order($0) }.filter { embedding.frames[$0] != nil }
        let last = try #require(carriers.last)
        frames[last] = cover[last]
        #expect(throws: EmbeddingError.self) { try extracted(frames) }
        let error = #expect(throws: EmbeddingError.self) { try extracted(cover) }
        #expect(error?.code == .nothingFound)
    }

    @Test(arguments: [EmbeddingMethod.leastSignificantBit, .syndromeTrellis, .hamming])
    func methodsThatNeedRestoration(method: EmbeddingMethod) throws {
        let cover = try planes(10, side: 96)
        let payload = (0..<50).map { UInt8($0) }
        let embedding = try #require(try embedded(payload, in: cover, method))
        let frames = stego(embedding, cover)
        let extraction = try extracted(frames, restoration: embedding.restoration)
        #expect(extraction.payload == payload && extraction.isRestored)
        for (index, frame) in extraction.frames { #expect(frame.planes == cover[index].planes) }
        #expect(try !extracted(frames).isRestored)
    }

    @Test func theOrderIsAPermutation() {
        for count in [1, 2, 7, 300] {
            let order = FrameOrder(frameCount: count, key: key)
            #expect(Set((0..<count).map { order($0) }) == Set(0..<count))
        }
    }
}
