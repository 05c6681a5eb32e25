import Concurrency

/// Hides a sealed record in frames of an image: in one that shows it least, or, if no candidate holds it, in parts in as many as it takes,
/// or in all frames together.
///
/// Each part is embedded as if its frame were an image of its own, under a key of its own. Format: docs/formats/embedding.md.
struct FrameEmbedder {
    /// Behind a part that others follow, and behind the last.
    static let othersFollow: UInt8 = 1
    static let isLast: UInt8 = 0

    /// Parts of fewer bytes are not worth a frame.
    private static let leastPart = 64

    let cover: FrameCover
    let method: EmbeddingMethod
    let key: InstanceKey

    private var order: FrameOrder { FrameOrder(frameCount: cover.frameCount, key: key) }

    /// - Parameter sealed: seals the record; each sealing draws its bits anew.
    /// - Returns: `nil` where the frames do not hold it.
    /// - Throws: what reading frames, and sealing throw; ``EmbeddingError`` `invalidPlanes`.
    func embed(_ sealed: @escaping @Sendable () throws -> [UInt8]) throws -> FrameEmbedding? {
        guard cover.frameCount > 1 else { return try inOnlyFrame(sealed) }
        return try inOneFrame(sealed) ?? inParts(sealed()) ?? inAllFrames(sealed)
    }

    // MARK: In the only frame

    /// As an image of one frame carries: without parts and marks.
    private func inOnlyFrame(_ sealed: () throws -> [UInt8]) throws -> FrameEmbedding? {
        var stego = try cover.frame(0)
        let band = stego.band
        let planes = band ?? stego
        stego.regionOfInterest = cover.region?.region
        guard let (embedding, byteCount) = try method.embed(sealed, into: &stego, key: key) else { return nil }
        var result = FrameEmbedding(isOfOneFrame: true)
        stego.regionOfInterest = nil
        result.quality = [try QualityReport(cover: planes, stego: stego.band ?? stego)]
        result.payloadByteCount = byteCount
        result.restorations = embedding.restoration.map { [$0] } ?? []
        result.frames[0] = stego
        return result
    }

    // MARK: In one frame

    private func inOneFrame(_ sealed: @escaping @Sendable () throws -> [UInt8]) throws -> FrameEmbedding? {
        let candidates = order.candidates
        var best: FrameEmbedding?
        try FramePool.shared.inOrder(candidates.count) { [self] place in
            try embedding(sealed, in: candidates[place])
        } receive: { _, embedding in
            guard let embedding, Self.error(of: embedding) < best.map(Self.error) ?? .infinity else { return }
            best = embedding
        }
        return best
    }

    private static func error(of embedding: FrameEmbedding) -> Double { embedding.quality.first?.meanSquaredError ?? .infinity }

    private func embedding(_ sealed: @escaping @Sendable () throws -> [UInt8], in frame: Int) throws -> FrameEmbedding? {
        let planes = try cover.frame(frame)
        var stego = planes
        stego.regionOfInterest = cover.region?.region
        let payload = { [Self.isLast] + (try sealed()) }
        guard let (embedding, byteCount) = try method.embed(payload, into: &stego, key: key.part(0)) else { return nil }
        var result = FrameEmbedding()
        try result.add(embedding, frame, cover: planes, stego: stego, payloadByteCount: byteCount - 1)
        return result
    }

    // MARK: In parts

    /// As many samples carry at most as of an image of one frame.
    private func inParts(_ sealed: [UInt8]) throws -> FrameEmbedding? {
        var result = FrameEmbedding()
        var (sampleCount, position) = (0, 0)
        for place in 0..<cover.frameCount where position < sealed.count {
            let frame = order(place)
            let planes = try cover.frame(frame)
            sampleCount += planes.sampleCount
            guard sampleCount <= CarrierPlanes.maximumSampleCount else { return nil }
            var stego = planes
            stego.regionOfInterest = cover.region?.region
            let room = method.capacity(of: stego) - 1
            guard room >= Self.leastPart else { continue }
            let count = min(room, sealed.count - position)
            let isLast = position + count == sealed.count
            let part = [isLast ? Self.isLast : Self.othersFollow] + sealed[position..<position + count]
            guard let embedding = try? method.embed(part, into: &stego, key: key.part(result.frames.count)) else { continue }
            try result.add(embedding, frame, cover: planes, stego: stego, payloadByteCount: count)
            position += count
        }
        return position == sealed.count ? result : nil
    }

    // MARK: In all frames together

    private func inAllFrames(_ sealed: () throws -> [UInt8]) throws -> FrameEmbedding? {
        guard let planes = try SamplePlanes.joining(cover.frameCount, cover.frame) else { return nil }
        var stego = planes
        stego.regionOfInterest = cover.region?.region
        guard let (embedding, byteCount) = try method.embed(sealed, into: &stego, key: key) else { return nil }
        var result = FrameEmbedding()
        let colours = planes.planes.count / cover.frameCount
        for index in 0..<cover.frameCount { result.frames[index] = stego.frame(index, colours: colours) }
        result.payloadByteCount = byteCount
        stego.regionOfInterest = nil
        result.quality = [try QualityReport(cover: planes, stego: stego)]
        result.restorations = embedding.restoration.map { [$0] } ?? []
        return result
    }
}

extension FrameEmbedding {
    fileprivate mutating func add(
        _ embedding: Embedding, _ frame: Int, cover: SamplePlanes, stego: SamplePlanes, payloadByteCount: Int
    ) throws {
        var stego = stego
        stego.regionOfInterest = nil
        frames[frame] = stego
        quality.append(try QualityReport(cover: cover, stego: stego))
        self.payloadByteCount += payloadByteCount
        if let restoration = embedding.restoration { restorations.append(restoration) }
    }
}
