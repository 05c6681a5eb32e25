import Basics
import DICOM

/// The payload for the pixels of an image of many frames.
extension StegoBuilder {
    /// For an original that is read by frames: what takes all of its samples cannot be asked for.
    init(framed original: Original, key: StudyKey, options: SealOptions, encoding: StegoEncoding, compressor: HeaderCompressor) {
        let samples = OriginalSamples(of: original)
        self.init(
            original: original, samples: samples,
            redactions: OriginalRedaction(of: original, samples: samples, policy: options.redaction), key: key, options: options,
            encoding: encoding, compressor: compressor)
    }

    /// Hides a coded record in frames that are all in memory.
    func hideInFrames(
        _ coded: [UInt8], of native: [UInt8], _ description: PixelDescription, in planes: inout SamplePlanes, under header: DataSet
    ) throws -> HiddenPart {
        let original = planes
        let cover = FrameCover(planes, colours: description.samplesPerPixel, region: try region(of: planes, description, native))
        var (hidden, embedding) = try hide(coded, in: cover, under: header) { ContentDigest(of: native) }
        guard let embedding else { return hidden }
        for (index, frame) in embedding.frames {
            let first = index * description.samplesPerPixel
            planes.planes.replaceSubrange(first..<first + description.samplesPerPixel, with: frame.planes)
        }
        hidden.quality = try QualityReport(cover: original, stego: planes)
        return hidden
    }

    /// Hides a coded record, or, where it finds no room, an excerpt of it.
    ///
    /// - Parameter pixelDigest: of the original's native samples; asked for an excerpt only.
    /// - Returns: what was hidden, without a quality, and the frames that carry it; `nil` where none does.
    func hide(
        _ coded: [UInt8], in cover: FrameCover, under header: DataSet, pixelDigest: () throws -> ContentDigest
    ) throws -> (HiddenPart, FrameEmbedding?) {
        let instanceKey = instanceKey(for: header)
        let embedder = FrameEmbedder(cover: cover, method: options.method, key: instanceKey)
        func embed(_ plaintext: [UInt8], _ placement: RecordPlacement) throws -> (HiddenPart, FrameEmbedding)? {
            let sealing = RecordSealing(
                plaintext: plaintext, key: instanceKey, associatedData: SealingContext.associatedData(of: header),
                stages: options.innerStages)
            guard let embedding = try embedder.embed({ try sealing.sealed() }) else { return nil }
            var hidden = HiddenPart(
                method: options.method, placement: placement, payloadByteCount: embedding.payloadByteCount, quality: nil,
                element: ElementContent(restoration: embedding.restoration))
            hidden.region = cover.region
            return (hidden, embedding)
        }
        if let (hidden, embedding) = try embed(coded, .pixels) { return (hidden, embedding) }
        let excerpt = try RecordCoding.encode(excerpt(pixelDigest()), with: compressor)
        if let (found, embedding) = try embed(excerpt, .pixelsAndElement) {
            var hidden = found
            hidden.element.record = coded
            hidden.element.pixelsCarryExcerpt = true
            return (hidden, embedding)
        }
        var hidden = HiddenPart(placement: .element, element: ElementContent(record: coded))
        hidden.region = cover.region
        return (hidden, nil)
    }
}
