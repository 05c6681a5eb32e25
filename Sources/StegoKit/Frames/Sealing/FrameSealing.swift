import Basics
import DICOM

/// One large file that is being sealed frame by frame, in whichever way suits it.
struct FrameSealing<Store: ByteStore> {
    let sealer: InstanceSealer
    let framed: FramedFile
    let encoding: StegoEncoding
    /// Of the original, where it is known.
    let digest: ContentDigest?
    let checkpoint: SealingCheckpoint<Store>?
    /// Whether the caller proves the result.
    let provesLater: Bool
    let makeStore: () throws -> Store
    /// What went wrong with the ways that were tried before, through a fault of this program.
    private var notes: [String] = []
    /// The original before its digest is known.
    private let unread: Original

    init(
        sealer: InstanceSealer, framed: FramedFile, encoding: StegoEncoding, digest: ContentDigest?, checkpoint: SealingCheckpoint<Store>?,
        provesLater: Bool, makeStore: @escaping () throws -> Store
    ) {
        self.sealer = sealer
        self.framed = framed
        self.encoding = encoding
        self.digest = digest
        self.checkpoint = checkpoint
        self.provesLater = provesLater
        self.makeStore = makeStore
        unread = Original(file: framed.file, byteCount: framed.source.byteCount, digest: ContentDigest(of: []))
    }

    private var policy: RedactionPolicy { sealer.options.redaction }

    /// - Returns: `nil` where another way of sealing may do.
    mutating func attempt<Result>(_ way: Representation, _ body: (FrameSealing) throws -> Result?) throws -> Result? {
        do {
            return try body(self)
        } catch let error as StegoError where [.notReversible, .identifying, .tooLarge].contains(error.code) {
            return nil
        } catch let error as DICOMError where error.code != .decoderUnavailable {
            return nil
        } catch is RegionError {
            return nil
        } catch let error as ProofFailure {
            notes.append("\(way.rawValue): \(InstanceSealer.faultNote)\(error)")
            return nil
        }
    }

    // MARK: The ways

    /// With frames that were decoded, and are encoded again.
    func shown() throws -> (SealedFrames, Store)? {
        guard var samples = try FrameSamples(of: framed) else { return nil }
        let ahead = try digest.flatMap { try FramesAhead(of: samples, $0, makeBuilder($0), checkpoint, into: makeStore) }
        guard
            let survey = try FrameSurvey(
                of: samples, unread, policy: policy, ahead: ahead.map { ahead in (ahead.encoder, { try ahead.receive($0) }) }),
            let found = try FrameFilling.found(survey, samples, policy: policy)
        else { return nil }
        samples.redaction = found.redaction?.redaction
        framed.returnFreedMemory()
        let builder = makeBuilder(survey.digest)
        let frames = StegoFrames(builder: builder, samples: samples, survey: survey, found: found)
        let known = ahead?.written ?? checkpoint
        do {
            var sealed = try written(of: builder.original) { try frames.write(to: $0, known) }
            if let ahead { sealed.0.takenFrames = ahead.taken }
            return sealed
        } catch  where known?.earlier != nil && (error is ProofFailure || error is StegoError || error is DICOMError) {
            // What a crash has left may be anything. Of what reading and writing throw it is not the reason.
            return try written(of: builder.original) { try frames.write(to: $0, known?.anew) }
        }
    }

    /// With what decoding needs of the original's own codestreams.
    func passed() throws -> (SealedFrames, Store)? {
        guard let survey = try CodestreamSurvey(of: framed, unread, policy: policy) else { return nil }
        let builder = makeBuilder(survey.digest)
        return try written(of: builder.original) {
            try VerbatimFrames(builder: builder, framed: framed, survey: survey).write(to: $0)
        }
    }

    /// With frames that show what is left of them when regions are filled, and the whole original in the element.
    func illustrated() throws -> (SealedFrames, Store)? {
        guard var samples = try FrameSamples(of: framed),
            let survey = try FrameSurvey(of: samples, unread, policy: policy, comesBack: false),
            let found = try FrameFilling.found(survey, samples, policy: policy, isSealed: false)
        else { return nil }
        samples.redaction = found.redaction?.redaction
        let builder = makeBuilder(survey.digest)
        return try written(of: builder.original) {
            try StegoFrames(builder: builder, samples: samples, survey: survey, found: found).writeIllustration(to: $0)
        }
    }

    /// With nothing shown; proven in any case.
    func enclosed() throws -> (SealedFrames, Store) {
        let source = framed.source
        let sealed = try sealer.seal(
            source.read(0..<source.byteCount), name: framed.file.name, encoding: encoding, showsImage: false)
        let store = try makeStore()
        try store.append(sealed.bytes)
        var report = sealed.report
        report.notes = notes + report.notes
        report.notes.append("illustrated: Its frames cannot be shown, or not within a reasonable size.")
        let frames = SealedFrames(
            originalDigest: sealed.originalDigest, digest: ContentDigest(of: sealed.bytes), report: report, isProven: true)
        return (frames, store)
    }

    // MARK: What they share

    private func makeBuilder(_ digest: ContentDigest) -> StegoBuilder {
        StegoBuilder(
            framed: Original(surveyed: unread, digest: digest), key: sealer.key, options: sealer.options, encoding: encoding,
            compressor: sealer.compressor)
    }

    /// Writes a stego file, proves it unless the caller does, and says what was made.
    private func written(of original: Original, _ write: (Store) throws -> FramedDraft) throws -> (SealedFrames, Store) {
        let store = try makeStore()
        let draft = try write(store)
        if original.file.pixels?.isHuge == true { MemoryLimits.returnFreedMemory() }
        if !provesLater {
            try sealer.proveFrames(of: store, name: original.file.name, original: original.digest, byteCount: original.byteCount)
        }
        let report = draft.hidden.report(
            originalByteCount: original.byteCount, stegoByteCount: store.byteCount, recordByteCount: draft.recordByteCount,
            transferSyntax: draft.transferSyntax, exactness: .bytes, notes: notes)
        // Not while it is written: what comes first in the file, its table of offsets, is known last.
        var digest = RunningDigest(of: store)
        let sealed = SealedFrames(
            originalDigest: original.digest, digest: try digest.finished(), report: report, isProven: !provesLater,
            takenFrames: draft.taken)
        return (sealed, store)
    }
}

extension FramedFile {
    /// Between steps that each take a large part of the memory for a huge frame, what one of them has left would add to the next.
    func returnFreedMemory() {
        if frameDescription.isHuge { MemoryLimits.returnFreedMemory() }
    }
}
