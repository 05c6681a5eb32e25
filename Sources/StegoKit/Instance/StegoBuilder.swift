import Basics
import DICOM

/// Makes the stego file of one original, by one representation at a time.
struct StegoBuilder {
    let original: Original
    let samples: OriginalSamples
    let redactions: OriginalRedaction
    let key: StudyKey
    let options: SealOptions
    let encoding: StegoEncoding
    let compressor: HeaderCompressor

    func draft(by representation: Representation) throws -> StegoDraft {
        switch representation {
        case .embedded: try sampleDraft(embedding: true)
        case .shown: try sampleDraft(embedding: false)
        case .verbatim: try verbatimDraft()
        case .illustrated: try illustratedDraft()
        case .ciphered: try cipheredDraft()
        case .enclosed: try enclosedDraft()
        }
    }

    // MARK: Samples decoded and encoded again

    private func sampleDraft(embedding: Bool) throws -> StegoDraft {
        let content = try samples.reversible()
        let (description, native) = (content.description, content.native)
        try original.requireNothingIdentifying(inSamples: native, description)
        let found = try redactions.redaction(of: content.cover, description)
        let sealed = found.redaction?.coded
        let record = try original.record(
            restoration: content.restoration, pixelDigest: digestNeeded ? ContentDigest(of: native) : nil,
            redaction: sealed.map { $0.count <= OriginalRedaction.shortByteCount ? $0 : [] })
        let coded = try RecordCoding.encode(record, with: compressor)

        let stegoDescription = try description.inStegoLayout()
        let header = try publicHeader(for: stegoDescription)
        let cover = found.redaction?.redaction.filled(content.cover) ?? content.cover
        var planes = cover
        var hidden = HiddenPart(placement: .element, element: ElementContent(record: coded))
        if embedding {
            if description.frames == 1 {
                let region = try region(of: cover, description, native)
                planes.regionOfInterest = region?.region
                hidden = try hide(coded, of: native, in: &planes, under: header)
                hidden.region = region
            } else {
                hidden = try hideInFrames(coded, of: native, description, in: &planes, under: header)
            }
            let region = hidden.region
            if hidden.placement != .pixels, let coverage = region?.coverage, coverage > 0 {
                hidden.notes.append(Self.note(of: coverage, hidden.placement))
            }
        }
        hidden.show(found)
        if record.redaction?.isEmpty == true { hidden.element.redaction = sealed }
        let draft = try write(header, hidden: hidden, pixels: encoded(planes, stegoDescription), recordByteCount: coded.count)
        try requireReasonableSize(draft)
        samples.forget()
        return draft
    }

    /// A native file is proven by its own digest; codestreams that may come back otherwise need one of their pixels.
    var digestNeeded: Bool { original.file.isPixelDataEncapsulated }

    /// A codestream that was cut or quantised before it was labelled lossless grows when its artefacts are encoded without loss.
    /// Callers that ask for native pixels get them at any size.
    private func requireReasonableSize(_ draft: StegoDraft) throws {
        guard encoding.codec != .none else { return }
        guard !original.file.isPixelDataEncapsulated || draft.bytes.count <= Self.reencodingLimit(of: original.byteCount) else {
            throw StegoError(.notReversible, "Encoding its pixels again would need \(draft.bytes.count) bytes.")
        }
    }

    /// The longest stego file of codestreams that were encoded again, of an original of so many bytes.
    static func reencodingLimit(of byteCount: Int) -> Int { byteCount * 3 / 2 + 16_384 }

    // MARK: What goes into the pixels

    /// The region that must stay as it is; `nil` where every sample may change.
    func region(of cover: SamplePlanes, _ description: PixelDescription, _ native: [UInt8]) throws -> FoundRegion? {
        guard options.region.scope == .regionOfNonInterest else { return nil }
        return try RegionFinder.region(
            for: cover, description: description, dataSet: original.file.dataSet, native: native, policy: options.region)
    }

    static func note(of coverage: Double, _ placement: RecordPlacement) -> String {
        let percent = Int((coverage * 100).rounded())
        let what = placement == .element ? "nothing of the record" : "an excerpt of the record only"
        return "region: \(percent) % of the image stay as they are; the rest holds \(what), and the whole of it is in the sealed element."
    }

    private func hide(
        _ coded: [UInt8], of native: [UInt8], in planes: inout SamplePlanes, under header: DataSet
    ) throws -> HiddenPart {
        if let embedded = try embed(coded, in: &planes, under: header, placement: .pixels) {
            return embedded
        }
        let excerpt = try RecordCoding.encode(excerpt(ContentDigest(of: native)), with: compressor)
        if var embedded = try embed(excerpt, in: &planes, under: header, placement: .pixelsAndElement) {
            embedded.element.record = coded
            embedded.element.pixelsCarryExcerpt = true
            return embedded
        }
        return HiddenPart(placement: .element, element: ElementContent(record: coded))
    }

    /// Seals and embeds; `nil`, and the planes as they were, when it does not fit.
    private func embed(
        _ plaintext: [UInt8], in planes: inout SamplePlanes, under header: DataSet, placement: RecordPlacement
    ) throws -> HiddenPart? {
        let cover = planes
        let instanceKey = instanceKey(for: header)
        let sealed = { try seal(plaintext, instanceKey, header) }
        guard let (embedding, payloadByteCount) = try options.method.embed(sealed, into: &planes, key: instanceKey)
        else { return nil }
        return HiddenPart(
            method: options.method, placement: placement, payloadByteCount: payloadByteCount,
            quality: try QualityReport(cover: cover, stego: planes), element: ElementContent(restoration: embedding.restoration))
    }

    func seal(_ plaintext: [UInt8], _ instanceKey: InstanceKey, _ header: DataSet) throws(StegoError) -> [UInt8] {
        try RecordSealing(
            plaintext: plaintext, key: instanceKey, associatedData: SealingContext.associatedData(of: header), stages: options.innerStages
        ).sealed()
    }

    func excerpt(_ pixelDigest: ContentDigest) throws -> IdentityExcerpt {
        let elements = IdentityExcerpt.elements(of: original.file.dataSet)
        let file = try DICOMWriter.write(dataSet: elements, transferSyntax: .explicitLittleEndian, pixels: .none)
        return IdentityExcerpt(originalDigest: original.digest, pixelDigest: pixelDigest, file: file)
    }

    // MARK: Writing

    func publicHeader(for description: PixelDescription?) throws -> DataSet {
        try PublicHeader.make(from: original.file, pixels: description, fileDigest: original.digest.bytes) { key.derivedUID(for: $0) }
    }

    func instanceKey(for header: DataSet) -> InstanceKey {
        key.instanceKey(for: header.string(.sopInstanceUID) ?? "")
    }

    /// Samples with nothing but zeros or copies of the sign above them: encoded, or native where no codec takes this kind.
    func encoded(_ planes: SamplePlanes, _ description: PixelDescription) throws -> DICOMWriter.Pixels {
        let fill: UnusedBits = description.isSigned ? .signExtension : .zero
        guard let native = SampleConversion(description)?.join(planes, unusedBits: fill, colorByPlane: false) else {
            throw StegoError(.notReversible, "Its samples could not be laid out again.")
        }
        for syntax in transferSyntaxes(for: description) {
            do {
                return .encapsulated(try PixelCodec.encode(native, description, as: syntax, effort: encoding.effort))
            } catch {
                guard [.unsupportedTransferSyntax, .encodingFailed].contains(error.code) else { throw error }
            }
        }
        return .native(native)
    }

    /// In which to encode, best first. What JPEG XL does not take, or should not, is worth JPEG 2000's time.
    func transferSyntaxes(for description: PixelDescription) -> [TransferSyntax] {
        guard let syntax = encoding.codec.transferSyntax else { return [] }
        guard encoding.codec == .jxl else { return [syntax] }
        // Its encoder takes many times the memory of a frame.
        if description.isHuge { return [.jpeg2000Lossless] }
        return encoding.isKept && description.isSigned ? [.jpeg2000Lossless] : [syntax, .jpeg2000Lossless]
    }

    func write(
        _ header: DataSet, hidden: HiddenPart, pixels: DICOMWriter.Pixels, recordByteCount: Int
    ) throws -> StegoDraft {
        var encoded: PixelDescription?
        if case .encapsulated(let encapsulated) = pixels { encoded = encapsulated.description }
        let dataSet = try completed(header, hidden: hidden, encoded: encoded)
        let syntax =
            switch pixels {
            case .none, .native: TransferSyntax.explicitLittleEndian
            case .encapsulated(let encapsulated): encapsulated.transferSyntax
            }
        return StegoDraft(
            bytes: try DICOMWriter.write(dataSet: dataSet, transferSyntax: syntax, pixels: pixels), header: header,
            transferSyntax: syntax, hidden: hidden, recordByteCount: recordByteCount)
    }

    /// The public header with the private elements.
    ///
    /// - Parameter encoded: what a codec made of the pixels; `nil` for native ones.
    func completed(_ header: DataSet, hidden: HiddenPart, encoded: PixelDescription?) throws -> DataSet {
        var dataSet = header
        if let encoded {
            // The codec may have turned RGB into its own colour space; the header's digest leaves this element out.
            dataSet.set(.photometricInterpretation, .CS, encoded.photometricInterpretation)
        }
        if let capsule = options.capsule {
            try StegoElements.set(capsule, as: .capsule, in: &dataSet)
        }
        if !hidden.element.isEmpty {
            let sealed = try ElementSealer.seal(
                hidden.element.encoded, key: instanceKey(for: header), associatedData: SealingContext.associatedData(of: header))
            try StegoElements.set(sealed.bytes, as: .record, in: &dataSet)
        }
        return dataSet
    }
}

/// One coded record, sealed as often as it is asked for; each sealing draws its bits anew.
struct RecordSealing: Sendable {
    let plaintext: [UInt8]
    let key: InstanceKey
    let associatedData: [UInt8]
    let stages: InnerStages

    /// - Throws: ``StegoError`` `.notReversible`.
    func sealed() throws(StegoError) -> [UInt8] {
        do throws(SealingError) {
            return try RecordSealer.seal(plaintext, key: key, associatedData: associatedData, stages: stages).bytes
        } catch {
            throw StegoError(.notReversible, error.reason)
        }
    }
}
