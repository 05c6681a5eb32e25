import DICOM

/// How large the image of a stego file may be, and how much memory it is counted with.
struct PixelLimit: Sendable {
    private let limit: DecodingLimit

    /// As much as this machine's memory allows.
    init() { limit = DecodingLimit() }

    init(bytes: Int) { limit = DecodingLimit(byteCount: bytes) }

    /// The bytes that a stego file's image takes natively; 0 where nothing is decoded.
    ///
    /// - Throws: ``Exceeded``. Images of lossy syntaxes are never too large: they carry nothing, and travel as they are.
    func bytes(describedBy stego: [UInt8], _ name: String) throws(Exceeded) -> Int {
        guard !DICOMFile.isDeflated(stego), let file = try? DICOMFile(bytes: stego, name: name), let pixels = file.pixels,
            let range = file.pixelDataRange, file.transferSyntax.isEncapsulated
        else { return 0 }
        guard file.transferSyntax.isLossless != false else { return pixels.byteCount }
        do {
            try limit.check(pixels, codestreamByteCount: range.count)
        } catch {
            throw Exceeded(description: error.reason)
        }
        return pixels.byteCount
    }

    struct Exceeded: Error, CustomStringConvertible {
        let description: String
    }
}
