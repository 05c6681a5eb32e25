import Basics
import DICOM
import TextDetection

/// What has to be known of the codestreams of an original before they can be passed through: found out in one pass.
struct CodestreamSurvey {
    /// Of the whole file.
    let digest: ContentDigest
    /// What makes the original's pixel value of the stego file's.
    let edits: ByteEdits
    /// Whether the stego file has a basic offset table: where its offsets fit 32 bits.
    let hasTable: Bool
    /// Whether a person should know that the image probably shows text.
    let isProbablyShown: Bool

    /// What one frame tells.
    private struct Findings: Sendable {
        let stretches: FrameEditing.Stretches
        let text: CellMask?
        /// As they are looked at; empty where nothing looks.
        let shown: [[UInt16]]
    }

    /// - Parameter policy: what is to be looked for in the samples.
    /// - Returns: `nil` for originals whose samples cannot be looked at, or show what is to be filled.
    /// - Throws: ``StegoError`` `.notReversible` for codestreams that are not to be shown; what reading and decoding throw.
    init?(of framed: FramedFile, _ original: Original, policy: RedactionPolicy) throws {
        // Decoded only where somebody looks, or where the samples may hold more than they should.
        let samples = policy.isActive ? try FrameSamples(of: framed) : nil
        guard !policy.isActive || samples != nil else { return nil }
        let description = samples?.description ?? framed.frameDescription
        let look = FrameLook(description, framed, policy: policy)
        let executor = CodecExecution.current
        hasTable = framed.valueRange.count <= UInt32.max
        var file = RunningDigest(of: framed.source)
        var editing = FrameEditing(of: framed, hasTable: hasTable)
        var text: CellMask?
        var extremes = FrameExtremes()
        try FramePool.shared.inOrder(framed.frameCount) { [scan = original.scan] frame in
            let needed = try framed.needed(frame)
            try Original.requireNothingIdentifying(inCodestreams: needed.texts, by: scan, of: framed.codestreamByteCount)
            try Self.requireStoredBitsAlone(needed, frame, of: framed, by: executor)
            let shown = try look.flatMap { look in try samples.map { look.shown(try $0.levels(of: $0.native(frame)).planes) } } ?? []
            return Findings(stretches: needed.stretches, text: look?.mask(ofFrame: shown), shown: shown)
        } receive: { frame, found in
            try file.take(upTo: framed.end(of: frame))
            editing.add(found.stretches)
            if let own = found.text {
                text = text ?? own
                text?.formUnion(own)
                // A single frame has been looked at.
                if framed.frameCount > 1 { extremes.add(found.shown) }
            }
        }
        if let look, framed.frameCount > 1 { text?.formUnion(look.mask(of: extremes)) }
        let sought = try FrameFilling.sought(text, samples, of: framed, policy: policy)
        guard sought.filled == nil, let edits = try editing.finish(limit: FrameSurvey.mostEdits) else { return nil }
        isProbablyShown = sought.isProbablyShown
        self.edits = edits
        digest = try file.finished()
    }

    private static func requireStoredBitsAlone(
        _ needed: NeededFrame, _ frame: Int, of framed: FramedFile, by executor: any CodecExecutor
    ) throws {
        let described = framed.frameDescription
        guard needed.precision > described.bitsStored || described.highBit != described.bitsStored - 1 else { return }
        let (decoded, native) = try framed.native(frame, by: executor)
        guard StoredBits.areCanonical(native[...], decoded) else { throw StegoBuilder.bitsAboveStored }
    }
}

/// Makes the stego file of one original of what decoding needs of its own codestreams, frame by frame.
struct VerbatimFrames {
    let builder: StegoBuilder
    let framed: FramedFile
    let survey: CodestreamSurvey

    func write(to store: some ByteStore) throws -> FramedDraft {
        let record = try builder.original.record(restoration: .verbatim(.littleEndian, survey.edits), pixelDigest: nil)
        let coded = try RecordCoding.encode(record, with: builder.compressor)
        var hidden = HiddenPart(placement: .element, element: ElementContent(record: coded))
        hidden.probablyShowsText = survey.isProbablyShown
        let syntax = framed.file.transferSyntax
        let dataSet = try builder.completed(
            builder.publicHeader(for: framed.description), hidden: hidden, encoded: framed.description)
        let (before, behind) = try DICOMWriter.surroundings(dataSet: dataSet, transferSyntax: syntax, nativeByteCount: nil)
        var pixels = try FragmentWriter(behind: before, frames: framed.frameCount, hasTable: survey.hasTable, to: store)
        try FramePool.shared.inOrder(framed.frameCount) { [framed] in
            try framed.needed($0).codestream
        } receive: { _, codestream in
            try pixels.append(codestream)
        }
        try pixels.finish(behind)
        return FramedDraft(transferSyntax: syntax, hidden: hidden, recordByteCount: coded.count)
    }
}
