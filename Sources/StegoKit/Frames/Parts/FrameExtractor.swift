/// What frames carry, with the embedding undone in those that do.
struct FrameExtraction {
    let payload: [UInt8]
    let method: EmbeddingMethod
    /// The cover's levels of the frames that carry; the stego levels where ``isRestored`` is `false`.
    let frames: [Int: SamplePlanes]
    /// Whether the embedding was undone; otherwise the data that do it are missing.
    let isRestored: Bool
}

/// Finds the parts of a record in the frames of an image, wherever the frames stand by now.
struct FrameExtractor: Sendable {
    let frameCount: Int
    let key: InstanceKey
    /// The stego levels of one frame.
    let frame: @Sendable (_ index: Int) throws -> SamplePlanes

    /// - Parameter restoration: what undoes an embedding that is not reversible by itself, as the sealed element holds it.
    /// - Throws: ``EmbeddingError`` `nothingFound` when the first part is nowhere, `damaged` when another is missing; what reading frames throws.
    func extract(restoration: [UInt8]?) throws -> FrameExtraction {
        if frameCount == 1, let extraction = try extractFromOnlyFrame(restoration: restoration) { return extraction }
        do {
            return try extractParts(restoration: restoration)
        } catch let error as EmbeddingError where error.code == .nothingFound {
            guard let joined = try SamplePlanes.joining(frameCount, frame) else { throw error }
            return try extract(from: joined, restoration: restoration)
        }
    }

    /// What an image of one frame carries, without parts and marks.
    ///
    /// - Returns: `nil` where nothing is found: it may be what is left of many frames.
    private func extractFromOnlyFrame(restoration: [UInt8]?) throws -> FrameExtraction? {
        var planes = try frame(0)
        let extraction: Extraction
        do throws(EmbeddingError) {
            extraction = try EmbeddingMethod.extract(from: &planes, key: key)
        } catch {
            guard error.code == .nothingFound else { throw error }
            return nil
        }
        if let restoration, !extraction.isRestored { try extraction.method.restore(&planes, restoration: restoration, key: key) }
        return FrameExtraction(
            payload: extraction.payload, method: extraction.method, frames: [0: planes],
            isRestored: extraction.isRestored || restoration != nil)
    }

    /// What small frames carry together.
    private func extract(from joined: SamplePlanes, restoration: [UInt8]?) throws -> FrameExtraction {
        var planes = joined
        let extraction = try EmbeddingMethod.extract(from: &planes, key: key)
        if let restoration, !extraction.isRestored {
            var reader = RecordReader(restoration)
            guard let own = try? reader.counted() else { throw EmbeddingError.invalidRestoration("it has no length") }
            try extraction.method.restore(&planes, restoration: own, key: key)
        }
        let colours = planes.planes.count / frameCount
        let frames = Dictionary(uniqueKeysWithValues: (0..<frameCount).map { ($0, planes.frame($0, colours: colours)) })
        return FrameExtraction(
            payload: extraction.payload, method: extraction.method, frames: frames,
            isRestored: extraction.isRestored || restoration != nil)
    }

    private func extractParts(restoration: [UInt8]?) throws -> FrameExtraction {
        var (payload, frames, places): ([UInt8], [Int: SamplePlanes], Set<Int>) = ([], [:], [])
        var method: EmbeddingMethod?
        var isRestored = true
        var reader = restoration.map { RecordReader($0) }
        var next = 0
        while true {
            guard let part = try find(frames.count, from: next, besides: places) else {
                throw frames.isEmpty
                    ? EmbeddingError.nothingFound
                    : EmbeddingError.damaged("part \(frames.count + 1) of the record is in none of its frames")
            }
            guard let mark = part.extraction.payload.first, [FrameEmbedder.isLast, FrameEmbedder.othersFollow].contains(mark) else {
                throw EmbeddingError.unsupported("a part of the record is of an unknown kind")
            }
            var planes = part.planes
            if !part.extraction.isRestored {
                if let own = try? reader?.counted() {
                    try part.extraction.method.restore(&planes, restoration: own, key: key.part(frames.count))
                } else if restoration != nil {
                    throw EmbeddingError.invalidRestoration("it ends before the last part")
                } else {
                    isRestored = false
                }
            }
            payload += part.extraction.payload.dropFirst()
            frames[part.frame] = planes
            places.insert(part.place)
            method = part.extraction.method
            next = part.place + 1
            guard mark == FrameEmbedder.othersFollow else { break }
            guard frames.count < frameCount else { throw EmbeddingError.damaged("its last part is missing") }
        }
        guard let method else { throw EmbeddingError.nothingFound }
        return FrameExtraction(payload: payload, method: method, frames: frames, isRestored: isRestored)
    }

    private struct Part: Sendable {
        let place: Int
        let frame: Int
        let planes: SamplePlanes
        let extraction: Extraction
    }

    /// Asks the frames in their order, some at a time.
    private func find(_ part: Int, from start: Int, besides places: Set<Int>) throws -> Part? {
        let order = FrameOrder(frameCount: frameCount, key: key)
        let asked = [start..<frameCount, 0..<min(start, frameCount)].joined().filter { !places.contains($0) }
        let width = FramePool.shared.width
        for batch in stride(from: 0, to: asked.count, by: width) {
            let batch = Array(asked[batch..<min(batch + width, asked.count)])
            var found: Part?
            try FramePool.shared.inOrder(batch.count) { [self] in
                try ask(order(batch[$0]), at: batch[$0], for: part)
            } receive: {
                found = found ?? $1
            }
            if let found { return found }
        }
        return nil
    }

    private func ask(_ index: Int, at place: Int, for part: Int) throws -> Part? {
        var planes = try frame(index)
        do throws(EmbeddingError) {
            let extraction = try EmbeddingMethod.extract(from: &planes, key: key.part(part))
            return Part(place: place, frame: index, planes: planes, extraction: extraction)
        } catch {
            guard error.code == .nothingFound else { throw error }
            return nil
        }
    }
}
