/// The marker segment that tells where tile-parts begin (TLM, ISO/IEC 15444-1 §A.7.1), which transfer syntax …4.202 asks for
/// (PS3.5 §10.18) and OpenJPH does not write.
enum TilePartLengths {
    /// The same codestream with the segment in front of its only tile-part.
    ///
    /// - Throws: `encodingFailed` when the codestream is not as our encoder writes it.
    static func inserted(into codestream: [UInt8]) throws(DICOMError) -> [UInt8] {
        guard let sound = HighThroughputCodestream(codestream[...]) else {
            throw DICOMError(.encodingFailed, "the encoder wrote an unexpected codestream", tag: .pixelData)
        }
        let length = codestream[sound.tilePartOffset + 6..<sound.tilePartOffset + 10]
        // Marker; length of the segment; index of the segment; no tile indices, lengths of 32 bits; the length.
        let segment: [UInt8] = [0xFF, 0x55, 0, 8, 0, 0x40] + length
        return codestream[..<sound.tilePartOffset] + segment + codestream[sound.tilePartOffset...]
    }
}
