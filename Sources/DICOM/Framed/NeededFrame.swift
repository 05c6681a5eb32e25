/// What decoding needs of the codestream of one frame, as ``NeededPixels`` finds it of all frames.
public struct NeededFrame: Sendable {
    /// A whole codestream, of even length.
    public let codestream: [UInt8]
    /// What of it may be searched for text.
    public let texts: [ArraySlice<UInt8>]
    /// The bits that its samples have.
    public let precision: Int
    /// What of it stands in the original's codestream.
    public let stretches: FrameEditing.Stretches
}

extension FramedFile {
    /// Divides the codestream of a frame into what decoding needs and what not. Any thread may ask for any frame.
    ///
    /// - Parameter limit: how large a frame may be.
    /// - Throws: `corruptCodestream` where it cannot be walked to its end, `pixelsTooLarge`; what reading throws.
    public func needed(_ frame: Int, limit: DecodingLimit = DecodingLimit()) throws -> NeededFrame {
        let codestream = try codestream(frame)
        try limit.checkFrame(frameDescription, codestreamByteCount: codestream.count)
        guard let walked = WalkedFrame(codestream[...], frameDescription, file.transferSyntax.codec) else {
            throw DICOMError(
                .corruptCodestream, "frame \(frame + 1) cannot be divided into what \(file.transferSyntax) needs and what not",
                tag: .pixelData)
        }
        let needed = walked.parts.needed
        let padded = needed.count % 2 == 0 ? needed : needed + [0]
        return NeededFrame(
            codestream: padded, texts: walked.texts, precision: walked.precision,
            stretches: FrameEditing.Stretches(copies: walked.parts.copies, byteCount: padded.count))
    }
}
