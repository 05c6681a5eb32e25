import DICOM

/// What is known of a stego file before it is opened, and bounds what opening it may take.
public struct Expectation: Sendable {
    /// How pixels may be encoded that are decoded; `nil` for every form that a stego file may have after it has lain in an archive.
    private let codecs: Set<StegoCodec>?
    /// The longest record that is unpacked.
    let maximumRecordByteCount: Int
    /// How large an image may be that is decoded.
    let pixels: DecodingLimit

    /// Nothing but that it is a stego file.
    public static let storedFile = Expectation(
        codecs: nil, maximumRecordByteCount: min(RecordCoding.maximumBodyByteCount, DecodingLimit().byteCount), pixels: DecodingLimit())

    /// What two sides have agreed on.
    ///
    /// - Parameters:
    ///   - codecs: those of the session. Pixels in another form may pass through, but are not decoded.
    ///   - originalByteCount: the original's length as its sender has announced it.
    ///   - pixels: how large an image may be that is decoded.
    public init(codecs: some Sequence<StegoCodec>, originalByteCount: Int, pixels: DecodingLimit = DecodingLimit()) {
        self.init(codecs: Set(codecs), maximumRecordByteCount: Self.recordByteCount(of: originalByteCount), pixels: pixels)
    }

    private init(codecs: Set<StegoCodec>?, maximumRecordByteCount: Int, pixels: DecodingLimit) {
        self.codecs = codecs
        self.maximumRecordByteCount = maximumRecordByteCount
        self.pixels = pixels
    }

    /// A record holds no more of an original than the original; one that was deflated is inflated in it.
    private static func recordByteCount(of originalByteCount: Int) -> Int {
        min(RecordCoding.maximumBodyByteCount, max(0, min(originalByteCount, RecordCoding.maximumBodyByteCount)) + 64 << 20)
    }

    /// - Throws: ``StegoError`` `.unexpectedCodec` for pixels that are not to be decoded.
    func requireDecodable(_ file: DICOMFile) throws {
        let syntax = file.transferSyntax
        let isExpected =
            if let codecs {
                !file.isPixelDataEncapsulated || codecs.contains { $0.transferSyntax == syntax }
            } else {
                !file.isPixelDataEncapsulated || [.jpeg2000, .highThroughputJPEG2000, .jpegXL].contains(syntax.codec)
            }
        guard isExpected else {
            throw StegoError(.unexpectedCodec, "Its pixels are encoded as \(syntax), which was not agreed on and is not decoded.")
        }
    }
}
