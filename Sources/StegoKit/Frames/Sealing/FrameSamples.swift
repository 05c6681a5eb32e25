import DICOM

/// The samples of an original that is read frame by frame. Any thread may ask for any frame.
struct FrameSamples: Sendable {
    let original: FramedFile
    /// Of the decoded samples of one frame.
    let description: PixelDescription
    private let conversion: SampleConversion
    private let executor: any CodecExecutor
    /// What is filled before the samples are shown.
    var redaction: Redaction?

    /// - Returns: `nil` for samples that embedding does not handle.
    /// - Throws: `DICOMError` `pixelsTooLarge`; what ``FramedFile/decodedDescription(_:)`` throws.
    init?(of original: FramedFile) throws {
        if original.isEncapsulated {
            try DecodingLimit().checkFrames(original.description, codestreamByteCount: original.codestreamByteCount)
        }
        executor = CodecExecution.current
        self.original = original
        // A codec may undo a colour transform; native samples are what the header says.
        description = try original.decodedDescription(0)
        guard let conversion = SampleConversion(description) else { return nil }
        self.conversion = conversion
    }

    /// - Throws: what decoding throws; `corruptCodestream` for a frame that is encoded differently from the first.
    func native(_ frame: Int) throws -> [UInt8] {
        let (decoded, native) = try original.native(frame, by: executor)
        guard decoded == description else {
            throw DICOMError(.corruptCodestream, "frame \(frame + 1) is encoded differently from the frames before", tag: .pixelData)
        }
        return native
    }

    /// The levels of some native samples, and in which ways the bits above them may be filled again.
    func levels(of native: [UInt8]) throws -> (planes: SamplePlanes, fills: UnusedBitFills) { try conversion.levels(of: native) }

    /// The levels of a frame as they are shown: with what is to be filled filled.
    func shown(_ frame: Int) throws -> SamplePlanes {
        let planes = try levels(of: native(frame)).planes
        return redaction?.filled(planes) ?? planes
    }
}
