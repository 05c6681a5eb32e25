import DICOM

/// Stego files that show the original's own pixel value: of codestreams what decoding needs, of native words the samples.
///
/// Everything else of the value is in the record, from where it is put back.
extension DraftMaker {
    func verbatimDraft() throws -> StegoDraft {
        guard let description = original.file.pixels else { throw StegoError(.notReversible, "It has no image.") }
        let (pixels, order, edits) =
            original.file.isPixelDataEncapsulated ? try neededCodestreams(description) : try nativeSamples(description)
        let record = try original.record(restoration: .verbatim(order, edits), pixelDigest: nil)
        let coded = try RecordCoding.encode(record, with: compressor)
        let hidden = HiddenPart(placement: .element, element: ElementContent(record: coded))
        return try write(publicHeader(for: description), hidden: hidden, pixels: pixels, recordByteCount: coded.count)
    }

    private func neededCodestreams(_ description: PixelDescription) throws -> (DICOMWriter.Pixels, NativePixelOrder, ByteEdits) {
        let needed = try NeededPixels(of: original.file)
        try original.requireNothingIdentifying(inCodestreams: needed.texts)
        if needed.precision > description.bitsStored || description.highBit != description.bitsStored - 1 {
            let (decoded, native) = try samples.decoded()
            guard StoredBits.areCanonical(native[...], decoded) else {
                throw StegoError(.notReversible, "Its codestreams have bits above the stored ones, which may hold an overlay.")
            }
        }
        return (.encapsulated(needed.pixels), .littleEndian, needed.edits)
    }

    private func nativeSamples(_ description: PixelDescription) throws -> (DICOMWriter.Pixels, NativePixelOrder, ByteEdits) {
        let (_, native) = try samples.decoded()
        let samples = try StoredBits.cleared(native, description)
        try original.requireNothingIdentifying(inSamples: samples, description)
        return (.native(samples), original.file.nativePixelOrder ?? .littleEndian, ByteEdits(from: samples, toEquallyLong: native))
    }
}
