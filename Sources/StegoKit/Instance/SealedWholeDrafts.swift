import DICOM

/// Stego files whose sealed element holds the whole original, so that nothing depends on what they show.
extension DraftMaker {
    /// The image's samples without anything above them.
    func illustratedDraft() throws -> StegoDraft {
        let (description, native) = try samples.decoded()
        guard let conversion = SampleConversion(description) else {
            throw StegoError(.notReversible, "Its samples have \(description.bitsAllocated)-bit words.")
        }
        try original.requireNothingIdentifying(inSamples: native, description)
        let stegoDescription = try description.inStegoLayout()
        let pixels = try encoded(conversion.split(native).planes, stegoDescription)
        let draft = try enclosing(publicHeader(for: stegoDescription), pixels)
        let limit = original.file.bytes.count * 3 + 65_536
        guard draft.bytes.count <= limit || isNativeAskedFor else {
            throw StegoError(.notReversible, "Showing its pixels beside it would need \(draft.bytes.count) bytes.")
        }
        return draft
    }

    /// A black picture.
    func enclosedDraft() throws -> StegoDraft {
        try enclosing(publicHeader(for: nil), PublicHeader.placeholder.map { .native($0.bytes) } ?? .none)
    }

    private var isNativeAskedFor: Bool { encoding.codec == .none && original.file.transferSyntax.isLossless == true }

    private func enclosing(_ header: DataSet, _ pixels: DICOMWriter.Pixels) throws -> StegoDraft {
        let coded = try RecordCoding.encode(original.enclosingRecord, with: compressor)
        let hidden = HiddenPart(placement: .element, element: ElementContent(record: coded))
        return try write(header, hidden: hidden, pixels: pixels, recordByteCount: coded.count)
    }
}
