import DICOM

/// The cover's samples, got back from a stego file.
struct PixelSource {
    /// Of the samples as the stego file holds them (``PixelDescription/inStegoLayout``).
    let description: PixelDescription
    let planes: SamplePlanes
    /// Why the samples may not be the cover's exactly; `nil` when embedding has been undone.
    let doubt: String?

    /// The payload in the pixels of a stego file, and its samples with the embedding undone.
    ///
    /// - Parameter restoration: what undoes an embedding that is not reversible by itself.
    /// - Throws: ``StegoError`` `.notStego` when the pixels carry nothing that this key finds.
    static func extract(
        from file: DICOMFile, _ expectation: Expectation, key: InstanceKey, restoration: [UInt8]?
    ) throws -> (payload: [UInt8], source: PixelSource) {
        var (description, planes) = try samples(of: file, expectation)
        guard description.frames == 1 else {
            return try extract(from: planes, description, key: key, restoration: restoration)
        }
        let extraction: Extraction
        do {
            extraction = try EmbeddingMethod.extract(from: &planes, key: key)
        } catch {
            throw StegoError(of: error)
        }
        var doubt: String?
        if !extraction.isRestored {
            if let restoration {
                try extraction.method.restore(&planes, restoration: restoration, key: key)
            } else {
                doubt = notUndone(extraction.method)
            }
        }
        return (extraction.payload, PixelSource(description: description, planes: planes, doubt: doubt))
    }

    private static func notUndone(_ method: EmbeddingMethod) -> String {
        "The data that undoes the \(method) embedding was stripped: pixel values may differ a little."
    }

    /// The same of an image of many frames, of which some carry.
    private static func extract(
        from planes: SamplePlanes, _ description: PixelDescription, key: InstanceKey, restoration: [UInt8]?
    ) throws -> (payload: [UInt8], source: PixelSource) {
        let colours = description.samplesPerPixel
        let extraction: FrameExtraction
        do {
            extraction = try FrameExtractor(frameCount: description.frames, key: key) { planes.frame($0, colours: colours) }
                .extract(restoration: restoration)
        } catch let error as EmbeddingError {
            throw StegoError(of: error)
        }
        var cover = planes
        for (index, frame) in extraction.frames {
            cover.planes.replaceSubrange(index * colours..<(index + 1) * colours, with: frame.planes)
        }
        let doubt = extraction.isRestored ? nil : notUndone(extraction.method)
        return (extraction.payload, PixelSource(description: description, planes: cover, doubt: doubt))
    }

    /// The samples of a stego file whose pixels carry nothing.
    static func unchanged(of file: DICOMFile, _ expectation: Expectation) throws -> PixelSource {
        let (description, planes) = try samples(of: file, expectation)
        return PixelSource(description: description, planes: planes, doubt: nil)
    }

    private static func samples(of file: DICOMFile, _ expectation: Expectation) throws -> (PixelDescription, SamplePlanes) {
        try expectation.requireDecodable(file)
        let (description, native) = try PixelCodec.decode(file, limit: expectation.pixels)
        guard let conversion = SampleConversion(description) else {
            throw StegoError(.notStego, "Its samples are of a kind that Veilray never writes.")
        }
        return (description, try conversion.split(native).planes)
    }

    /// Native little-endian bytes in the original's layout of words.
    func native(as words: Record.SampleWords) throws -> [UInt8] {
        let original = try description.laidOut(highBit: words.highBit, colorByPlane: words.colorByPlane)
        guard let conversion = SampleConversion(original),
            let bytes = conversion.join(planes, unusedBits: words.unusedBits, colorByPlane: words.colorByPlane)
        else { throw StegoError(.malformedRecord, "The record describes other samples than the file holds.") }
        return bytes
    }

    /// With what was filled put back.
    ///
    /// - Throws: ``StegoError`` `.malformedRecord`.
    func restored(_ redaction: SealedRedaction) throws -> PixelSource {
        switch redaction {
        case .none: return self
        case .coded(let coded):
            let restored = try RedactionCoding.restored(coded, in: planes, colours: description.samplesPerPixel)
            return PixelSource(description: description, planes: restored, doubt: doubt)
        case .stripped:
            let stripped =
                "What was filled for the journey was stripped with the sealed element: the filled regions are not the original's."
            return PixelSource(
                description: description, planes: planes, doubt: [doubt, stripped].compactMap(\.self).joined(separator: " "))
        }
    }
}

/// The part of a stego file that holds the regions which were filled before its samples were shown.
enum SealedRedaction {
    case none
    case coded([UInt8])
    /// There are some, and what was there is gone.
    case stripped

    /// - Parameter element: the sealed element's part.
    init(of record: Record, element: [UInt8]?) {
        switch (record.redaction, element) {
        case (nil, _): self = .none
        case (let coded?, _) where !coded.isEmpty: self = .coded(coded)
        case (_, let coded?): self = .coded(coded)
        case (_, nil): self = .stripped
        }
    }
}
