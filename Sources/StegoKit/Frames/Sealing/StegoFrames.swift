import Basics
import DICOM

/// A stego file that was written frame by frame and not yet proven.
struct FramedDraft {
    let transferSyntax: TransferSyntax
    let hidden: HiddenPart
    /// Bytes of the coded record before it was sealed.
    let recordByteCount: Int
    /// Frames that an earlier attempt had encoded.
    var taken = 0
}

/// Makes the stego file of one original frame by frame.
struct StegoFrames {
    let builder: StegoBuilder
    let samples: FrameSamples
    let survey: FrameSurvey
    let found: OriginalRedaction.Found

    private var framed: FramedFile { samples.original }

    /// With the record in the samples where they hold it.
    ///
    /// - Throws: ``StegoError`` `.notReversible`; what reading, encoding and writing throw.
    func write<Store: ByteStore>(to store: Store, _ checkpoint: SealingCheckpoint<Store>?) throws -> FramedDraft {
        let sealed = found.redaction?.coded
        let record = try builder.original.record(
            restoration: restoration(), pixelDigest: builder.digestNeeded ? survey.pixelDigest : nil,
            redaction: sealed.map { $0.count <= OriginalRedaction.shortByteCount ? $0 : [] })
        let coded = try RecordCoding.encode(record, with: builder.compressor)
        let stego = try samples.description.inStegoLayout()
        let header = try builder.publicHeader(for: stego.repeated(framed.frameCount))
        var (hidden, carriers) = try hide(coded, under: header)
        hidden.show(found)
        if record.redaction?.isEmpty == true { hidden.element.redaction = sealed }
        framed.returnFreedMemory()
        let (syntax, taken) = try FrameFile(samples, stego, survey, carriers, builder, limit: sizeLimit)
            .write(header, hidden, to: store, checkpoint, basis: (survey.digest, sealed))
        return FramedDraft(transferSyntax: syntax, hidden: hidden, recordByteCount: coded.count, taken: taken)
    }

    /// As a picture beside the whole original, which is in the sealed element.
    ///
    /// - Throws: as ``write(to:_:)``.
    func writeIllustration(to store: some ByteStore) throws -> FramedDraft {
        let bytes = try framed.source.read(0..<framed.source.byteCount)
        let coded = try RecordCoding.encode(builder.original.enclosingRecord(bytes), with: builder.compressor)
        var hidden = HiddenPart(placement: .element, element: ElementContent(record: coded))
        hidden.show(found)
        let stego = try samples.description.inStegoLayout()
        let header = try builder.publicHeader(for: stego.repeated(framed.frameCount))
        let limit = StegoBuilder.illustrationLimit(of: bytes.count, isFilled: found.redaction != nil)
        let (syntax, _) = try FrameFile(samples, stego, survey, [:], builder, limit: limit).write(header, hidden, to: store)
        return FramedDraft(transferSyntax: syntax, hidden: hidden, recordByteCount: coded.count)
    }

    private func restoration() throws -> Record.Restoration {
        guard let unusedBits = survey.unusedBits else {
            throw StegoError(.notReversible, "The bits above its samples hold something.")
        }
        let words = Record.SampleWords(
            highBit: samples.description.highBit, colorByPlane: samples.description.planarConfiguration == 1,
            unusedBits: unusedBits)
        if let order = framed.file.nativePixelOrder { return .native(words, order) }
        return .reencoded(words, transferSyntax: framed.file.transferSyntax.uid, edits: survey.edits ?? ByteEdits.none)
    }

    private func hide(_ coded: [UInt8], under header: DataSet) throws -> (HiddenPart, [Int: SamplePlanes]) {
        guard Representation.candidates(for: framed.file, codec: builder.encoding.codec).first == .embedded else {
            return (HiddenPart(placement: .element, element: ElementContent(record: coded)), [:])
        }
        let description = try samples.description.repeated(framed.frameCount)
        let cover = FrameCover(frameCount: framed.frameCount, region: try region(description)) { [samples] in try samples.shown($0) }
        var (hidden, embedding) = try builder.hide(coded, in: cover, under: header) { survey.pixelDigest }
        if let embedding {
            hidden.quality = QualityReport(
                of: embedding.quality,
                sampleCount: samples.description.rows * samples.description.columns
                    * samples.description.samplesPerPixel * framed.frameCount,
                usedRange: Int(survey.levels.upperBound) - Int(survey.levels.lowerBound), storedRange: 1 << description.bitsStored - 1)
        }
        if hidden.placement != .pixels, let coverage = hidden.region?.coverage, coverage > 0 {
            hidden.notes.append(StegoBuilder.note(of: coverage, hidden.placement))
        }
        return (hidden, embedding?.frames ?? [:])
    }

    /// What must stay as it is in every frame; `nil` where every sample may change. Where the anatomy counts, all frames are looked at.
    private func region(_ description: PixelDescription) throws -> FoundRegion? {
        guard builder.options.region.scope == .regionOfNonInterest else { return nil }
        return try RegionFinder.region(
            description: description, dataSet: framed.file.dataSet, policy: builder.options.region
        ) { finder in
            var sum = AnatomyFinder.Sum()
            try FramePool.shared.inOrder(framed.frameCount) { [samples] index in
                let planes = try samples.shown(index)
                return finder.shown(planes.planes[...], of: planes)
            } receive: {
                sum.add($1)
            }
            return finder.region(sum, rows: description.rows, columns: description.columns)
        }
    }

    /// The longest stego file that is worth it; `nil` without a limit.
    private var sizeLimit: Int? {
        builder.encoding.codec != .none && framed.isEncapsulated ? StegoBuilder.reencodingLimit(of: builder.original.byteCount) : nil
    }
}
