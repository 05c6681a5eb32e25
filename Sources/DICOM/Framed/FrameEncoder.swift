extension PixelCodec {
    /// Encodes a single frame without loss. As ``encode(_:_:as:effort:)`` does of all frames.
    ///
    /// - Parameters:
    ///   - bytes: exactly `description.byteCount` of them.
    ///   - description: of one frame.
    /// - Returns: the codestream, of even length, and what the data set must say of it.
    public static func encodeFrame(
        _ bytes: [UInt8], _ description: PixelDescription, as syntax: TransferSyntax, effort: EncodingEffort = .compact
    ) throws(DICOMError) -> (codestream: [UInt8], description: PixelDescription) {
        let encoded = try encode(bytes, description, as: syntax, effort: effort)
        guard encoded.fragments.count == 1 else {
            throw DICOMError(.encodingFailed, "a frame was encoded as \(encoded.fragments.count)", tag: .pixelData)
        }
        return (encoded.fragments[0], encoded.description)
    }
}
