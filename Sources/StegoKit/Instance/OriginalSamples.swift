import DICOM

/// The samples of one original and the way back from them to its pixel value, found out once for all ways of sealing.
///
/// Whether other codestreams may take the place of the original's takes decoding and encoding them to find out. Several ways of
/// sealing ask. Used by one thread.
final class OriginalSamples {
    /// Samples that a stego file may show, and what makes the original's pixel value of them.
    struct Content {
        let description: PixelDescription
        let native: [UInt8]
        let cover: SamplePlanes
        let restoration: Record.Restoration
    }

    private let original: Original
    private let decode: (DICOMFile) throws -> (PixelDescription, [UInt8])
    private var decoding: Result<(PixelDescription, [UInt8]), any Error>?
    private var content: Result<Content, any Error>?

    init(of original: Original, decode: @escaping (DICOMFile) throws -> (PixelDescription, [UInt8]) = { try PixelCodec.decode($0) }) {
        self.original = original
        self.decode = decode
    }

    /// The native samples as ``PixelCodec/decode(_:limit:)`` gives them.
    func decoded() throws -> (PixelDescription, [UInt8]) {
        if let decoding { return try decoding.get() }
        let result = Result { try decode(original.file) }
        decoding = result
        return try result.get()
    }

    /// - Throws: ``StegoError`` `.notReversible` when the codestreams must come back byte for byte and these samples do not give them;
    ///   what decoding and encoding throw.
    func reversible() throws -> Content {
        if let content { return try content.get() }
        let result = Result { try found() }
        content = result
        return try result.get()
    }

    /// Lets go of the samples, which are as large as the image.
    func forget() {
        (decoding, content) = (nil, nil)
    }

    private func found() throws -> Content {
        // Asked before anything is decoded where encoding gives other bytes for certain.
        if let description = original.file.pixels, !mayGiveSameBytes(description) { try requirePlain() }
        let (description, native) = try decoded()
        guard let conversion = SampleConversion(description) else {
            throw StegoError(.notReversible, "Its samples have \(description.bitsAllocated)-bit words.")
        }
        let (cover, unusedBits) = try conversion.split(native)
        let words = Record.SampleWords(
            highBit: description.highBit, colorByPlane: description.planarConfiguration == 1, unusedBits: unusedBits)
        return Content(
            description: description, native: native, cover: cover,
            restoration: try restoration(of: native, description, words))
    }

    private func restoration(
        of native: [UInt8], _ description: PixelDescription, _ words: Record.SampleWords
    ) throws -> Record.Restoration {
        let syntax = original.file.transferSyntax
        if let order = original.file.nativePixelOrder { return .native(words, order) }
        let again = try PixelCodec.encode(native, description, as: syntax)
        let edits = mayGiveSameBytes(description) ? again.edits(toValueOf: original.file) : nil
        if edits == nil {
            if mayGiveSameBytes(description) { try requirePlain() }
            if let obstacle = PlainEncapsulation.obstacle(toReplacing: original.file, by: again) {
                throw Self.mustComeBack(since: obstacle)
            }
        }
        return .reencoded(words, transferSyntax: syntax.uid, edits: edits)
    }

    /// Whether the receiver, and not only this process, may get the same bytes by encoding the samples.
    private func mayGiveSameBytes(_ description: PixelDescription) -> Bool {
        !original.file.isPixelDataEncapsulated || PixelCodec.isReproducible(description, as: original.file.transferSyntax)
    }

    /// Other codestreams may come back only where every reader finds the same frames in them: docs/exactness.md.
    private func requirePlain() throws {
        if let obstacle = PlainEncapsulation.obstacle(in: original.file) { throw Self.mustComeBack(since: obstacle) }
    }

    private static func mustComeBack(since obstacle: String) -> StegoError {
        StegoError(.notReversible, "Its codestreams must come back byte for byte, since \(obstacle).")
    }
}
