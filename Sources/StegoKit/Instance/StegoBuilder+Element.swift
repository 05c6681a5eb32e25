import Basics
import DICOM

/// Stego files that show the original's own pixel value: of codestreams what decoding needs, of native words the samples.
///
/// Everything else of the value is in the record, from where it is put back.
extension StegoBuilder {
    func verbatimDraft() throws -> StegoDraft {
        guard let description = original.file.pixels else { throw StegoError(.notReversible, "It has no image.") }
        let isProbable = try redactions.requireNothingToFill()
        let (pixels, order, edits) =
            original.file.isPixelDataEncapsulated ? try neededCodestreams(description) : try nativeSamples(description)
        let record = try original.record(restoration: .verbatim(order, edits), pixelDigest: nil)
        let coded = try RecordCoding.encode(record, with: compressor)
        var hidden = HiddenPart(placement: .element, element: ElementContent(record: coded))
        hidden.probablyShowsText = isProbable
        return try write(publicHeader(for: description), hidden: hidden, pixels: pixels, recordByteCount: coded.count)
    }

    private func neededCodestreams(_ description: PixelDescription) throws -> (DICOMWriter.Pixels, NativePixelOrder, ByteEdits) {
        let needed = try NeededPixels(of: original.file)
        try original.requireNothingIdentifying(inCodestreams: needed.texts)
        if needed.precision > description.bitsStored || description.highBit != description.bitsStored - 1 {
            let (decoded, native) = try samples.decoded()
            guard StoredBits.areCanonical(native[...], decoded) else {
                throw Self.bitsAboveStored
            }
        }
        return (.encapsulated(needed.pixels), .littleEndian, needed.edits)
    }

    static let bitsAboveStored = StegoError(
        .notReversible, "Its codestreams have bits above the stored ones, which may hold an overlay.")

    private func nativeSamples(_ description: PixelDescription) throws -> (DICOMWriter.Pixels, NativePixelOrder, ByteEdits) {
        let (_, native) = try samples.decoded()
        let samples = try StoredBits.cleared(native, description)
        try original.requireNothingIdentifying(inSamples: samples, description)
        return (.native(samples), original.file.nativePixelOrder ?? .littleEndian, ByteEdits(from: samples, toEquallyLong: native))
    }
}

/// Stego files whose sealed element holds the whole original, so that nothing depends on what they show.
extension StegoBuilder {
    /// The image's samples without anything above them.
    func illustratedDraft() throws -> StegoDraft {
        let (description, native) = try samples.decoded()
        guard let conversion = SampleConversion(description) else {
            throw StegoError(.notReversible, "Its samples have \(description.bitsAllocated)-bit words.")
        }
        try original.requireNothingIdentifying(inSamples: native, description)
        let stegoDescription = try description.inStegoLayout()
        let planes = try conversion.split(native).planes
        let found = try redactions.redaction(of: planes, description)
        let pixels = try encoded(found.redaction?.redaction.filled(planes) ?? planes, stegoDescription)
        let draft = try enclosing(publicHeader(for: stegoDescription), pixels, found)
        let limit = Self.illustrationLimit(of: original.byteCount, isFilled: found.redaction != nil)
        guard draft.bytes.count <= limit || isNativeAskedFor else {
            throw StegoError(.notReversible, "Showing its pixels beside it would need \(draft.bytes.count) bytes.")
        }
        return draft
    }

    /// The longest stego file that shows the samples beside a whole original of so many bytes. A picture with regions filled is worth more:
    /// its own codestreams will not be shown.
    static func illustrationLimit(of byteCount: Int, isFilled: Bool) -> Int { byteCount * (isFilled ? 6 : 3) + 65_536 }

    /// A black picture.
    func enclosedDraft() throws -> StegoDraft {
        try enclosing(publicHeader(for: nil), PublicHeader.placeholder.map { .native($0.bytes) } ?? .none)
    }

    private var isNativeAskedFor: Bool { encoding.codec == .none && original.file.transferSyntax.isLossless == true }

    private func enclosing(
        _ header: DataSet, _ pixels: DICOMWriter.Pixels, _ found: OriginalRedaction.Found? = nil
    ) throws -> StegoDraft {
        let coded = try RecordCoding.encode(original.enclosingRecord(original.file.bytes), with: compressor)
        var hidden = HiddenPart(placement: .element, element: ElementContent(record: coded))
        if let found { hidden.show(found) }
        return try write(header, hidden: hidden, pixels: pixels, recordByteCount: coded.count)
    }
}

/// Stego files for an archive that nobody trusts: samples of the image's own shape, enciphered, and everything else in the sealed element.
extension StegoBuilder {
    func cipheredDraft() throws -> StegoDraft {
        guard let ciphers = options.pixelCiphers else { throw StegoError(.notReversible, "No cipher was chosen.") }
        let content = try samples.reversible()
        let description = try content.description.inStegoLayout()
        let header = try publicHeader(for: description)
        let nonce = (0..<PixelCipherKeys.nonceByteCount).map { _ in UInt8.random(in: .min ... .max) }
        let (planes, keys) = try ciphers.encipher(content.cover, key: instanceKey(for: header), nonce: nonce)
        var record = try original.record(
            restoration: content.restoration, pixelDigest: digestNeeded ? ContentDigest(of: content.native) : nil)
        record.pixelCipher = keys
        let coded = try RecordCoding.encode(record, with: compressor)
        let hidden = HiddenPart(placement: .element, element: ElementContent(record: coded))
        let draft = try write(header, hidden: hidden, pixels: encoded(planes, description), recordByteCount: coded.count)
        samples.forget()
        return draft
    }
}

extension PixelSource {
    /// With the samples deciphered, where they are enciphered.
    ///
    /// - Throws: ``StegoError``: `.tampered`, `.malformedRecord`.
    func deciphered(_ keys: PixelCipherKeys?, key: InstanceKey) throws(StegoError) -> PixelSource {
        guard let keys else { return self }
        return PixelSource(description: description, planes: try PixelCiphers.decipher(planes, keys, key: key), doubt: doubt)
    }
}
