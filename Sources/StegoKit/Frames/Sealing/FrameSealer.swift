public import Basics
public import DICOM

/// A stego file that was written frame by frame, and what was done to make it.
public struct SealedFrames: Sendable {
    public let originalDigest: ContentDigest
    /// Of the stego file.
    public let digest: ContentDigest
    public var report: SealReport
    /// Frames that an earlier attempt had encoded, and that were taken over.
    public var takenFrames = 0
}

extension InstanceSealer {
    /// Files of fewer bytes are in memory as a whole while they are sealed; reading them by frames would save nothing.
    public static let leastFramedByteCount = 32 << 20

    /// Whether a file is to be sealed or opened frame by frame if it can be: by its own length, or by that of the samples in its codestreams.
    ///
    /// - Throws: what reading throws.
    public static func isLarge(_ source: some ByteSource, name: String) throws -> Bool {
        guard source.byteCount < leastFramedByteCount else { return true }
        guard try FramedFile.isEncapsulated(source), let framed = try FramedFile(source, name: name) else { return false }
        return isLarge(framed.description)
    }

    /// Whether the samples of an image alone are that many.
    public static func isLarge(_ pixels: PixelDescription) -> Bool {
        pixels.byteCount >= leastFramedByteCount
    }

    /// Seals a large DICOM file frame by frame, with a few frames for each processor in memory at most.
    ///
    /// The result has been reversed and compared with its original, as that of ``seal(_:name:encoding:showsImage:)``.
    ///
    /// - Parameters:
    ///   - source: the file.
    ///   - name: what to call the file in errors.
    ///   - encoding: how the pixels are encoded; without one, the codec of the options, sparing bytes.
    ///   - digest: of the file, where it is known: then frames are encoded while others are still being looked at.
    ///   - checkpoint: what an earlier attempt has left, and where this one leaves what a later one may need.
    ///   - makeStore: makes a place for the stego file, anew for each way that is tried.
    /// - Returns: `nil` where it has to be sealed as a whole, and what was written is of no use: samples or
    ///   codestreams that frames alone do not bring back, a file that contradicts itself.
    /// - Throws: ``StegoError`` and `DICOMError` as ``seal(_:name:encoding:showsImage:)``; what reading and writing throw.
    public func sealFrames<Store: ByteStore>(
        of source: any ByteSource, name: String, encoding: StegoEncoding? = nil, digest: ContentDigest? = nil,
        checkpoint: SealingCheckpoint<Store>? = nil, into makeStore: () throws -> Store
    ) throws -> (SealedFrames, Store)? {
        let encoding = encoding ?? StegoEncoding(options.codec)
        guard options.pixelCiphers == nil, let framed = try FramedFile(source, name: name) else { return nil }
        if !framed.isEncapsulated { try Self.requireRoom(for: framed.frameDescription.byteCount, of: DecodingLimit().frameByteCount) }
        // One frame in a codestream is sealed as a whole where there is memory for that, and passed through where it is huge.
        let isOneCodestream = framed.frameCount == 1 && framed.isEncapsulated
        guard !isOneCodestream || framed.frameDescription.isHuge else { return nil }
        let ways = Representation.candidates(for: framed.file, codec: encoding.codec)
        let unread = Original(file: framed.file, byteCount: framed.source.byteCount, digest: ContentDigest(of: []))
        func builder(_ digest: ContentDigest) -> StegoBuilder {
            StegoBuilder(
                framed: Original(surveyed: unread, digest: digest), key: key, options: options, encoding: encoding, compressor: compressor)
        }
        if ways.contains(.shown), !isOneCodestream,
            let sealed = try attempt({ try shown(framed, unread, builder, digest, checkpoint, into: makeStore) })
        {
            return sealed
        }
        guard ways.contains(.verbatim), framed.isEncapsulated else { return nil }
        if let sealed = try attempt({ try passed(framed, unread, builder, into: makeStore) }) { return sealed }
        // What is left takes all samples together, or of a lossy original the whole file beside a picture.
        guard ways.first == .verbatim, source.byteCount <= Self.mostEnclosedBytes else { return nil }
        return try attempt { try illustrated(framed, unread, builder, into: makeStore) }
            ?? enclosed(source, name, encoding, into: makeStore)
    }

    /// Longer originals, sealed into the header, make headers that are not read by frames.
    private static let mostEnclosedBytes = 448 << 20

    /// Refuses what is more than the memory allows before any of it is read.
    ///
    /// - Parameter byteCount: of a file that is to be sealed as a whole.
    /// - Throws: ``StegoError`` `.tooLarge`.
    public static func requireRoom(for byteCount: Int) throws(StegoError) {
        try requireRoom(for: byteCount, of: DecodingLimit().byteCount)
    }

    private static func requireRoom(for byteCount: Int, of limit: Int) throws(StegoError) {
        guard byteCount > limit else { return }
        throw StegoError(
            .tooLarge,
            "Sealing it takes several times its \(Quantities.bytes(byteCount)); this machine's memory, or what of it this program may have, "
                + "allows \(Quantities.bytes(limit)).")
    }

    /// - Returns: `nil` where another way of sealing may do.
    private func attempt<Result>(_ body: () throws -> Result?) throws -> Result? {
        do {
            return try body()
        } catch let error as StegoError where [.notReversible, .identifying, .tooLarge].contains(error.code) {
            return nil
        } catch let error as DICOMError where error.code != .decoderUnavailable {
            return nil
        } catch is RegionError {
            return nil
        }
    }

    /// With frames that were decoded, and are encoded again.
    private func shown<Store: ByteStore>(
        _ framed: FramedFile, _ unread: Original, _ builder: (ContentDigest) -> StegoBuilder, _ digest: ContentDigest?,
        _ checkpoint: SealingCheckpoint<Store>?, into makeStore: () throws -> Store
    ) throws -> (SealedFrames, Store)? {
        guard var samples = try FrameSamples(of: framed) else { return nil }
        let ahead = try digest.flatMap { try FramesAhead(of: samples, $0, builder($0), checkpoint, into: makeStore) }
        guard
            let survey = try FrameSurvey(
                of: samples, unread, policy: options.redaction, ahead: ahead.map { ahead in (ahead.encoder, { try ahead.receive($0) }) }),
            let found = try FrameFilling.found(survey, samples, policy: options.redaction)
        else { return nil }
        samples.redaction = found.redaction?.redaction
        framed.returnFreedMemory()
        let builder = builder(survey.digest)
        let frames = StegoFrames(builder: builder, samples: samples, survey: survey, found: found)
        let checkpoint = ahead?.written ?? checkpoint
        do {
            var sealed = try proven(builder.original, makeStore) { try frames.write(to: $0, checkpoint) }
            if let ahead { sealed.0.takenFrames = ahead.taken }
            return sealed
        } catch  where checkpoint?.earlier != nil && (error is ProofFailure || error is StegoError || error is DICOMError) {
            // What a crash has left may be anything. Of what reading and writing throw it is not the reason.
            return try proven(builder.original, makeStore) { try frames.write(to: $0, checkpoint?.anew) }
        }
    }

    /// With what decoding needs of the original's own codestreams.
    private func passed<Store: ByteStore>(
        _ framed: FramedFile, _ unread: Original, _ builder: (ContentDigest) -> StegoBuilder, into makeStore: () throws -> Store
    ) throws -> (SealedFrames, Store)? {
        guard let survey = try CodestreamSurvey(of: framed, unread, policy: options.redaction) else { return nil }
        let builder = builder(survey.digest)
        return try proven(builder.original, makeStore) {
            try VerbatimFrames(builder: builder, framed: framed, survey: survey).write(to: $0)
        }
    }

    /// With frames that show what is left of them when regions are filled, and the whole original in the element.
    private func illustrated<Store: ByteStore>(
        _ framed: FramedFile, _ unread: Original, _ builder: (ContentDigest) -> StegoBuilder, into makeStore: () throws -> Store
    ) throws -> (SealedFrames, Store)? {
        guard var samples = try FrameSamples(of: framed),
            let survey = try FrameSurvey(of: samples, unread, policy: options.redaction, comesBack: false),
            let found = try FrameFilling.found(survey, samples, policy: options.redaction, isSealed: false)
        else { return nil }
        samples.redaction = found.redaction?.redaction
        let builder = builder(survey.digest)
        return try proven(builder.original, makeStore) {
            try StegoFrames(builder: builder, samples: samples, survey: survey, found: found).writeIllustration(to: $0)
        }
    }

    /// With nothing shown.
    private func enclosed<Store: ByteStore>(
        _ source: any ByteSource, _ name: String, _ encoding: StegoEncoding, into makeStore: () throws -> Store
    ) throws -> (SealedFrames, Store) {
        let sealed = try seal(source.read(0..<source.byteCount), name: name, encoding: encoding, showsImage: false)
        let store = try makeStore()
        try store.append(sealed.bytes)
        var report = sealed.report
        report.notes.append("illustrated: Its frames cannot be shown, or not within a reasonable size.")
        return (SealedFrames(originalDigest: sealed.originalDigest, digest: ContentDigest(of: sealed.bytes), report: report), store)
    }

    private func proven<Store: ByteStore>(
        _ original: Original, _ makeStore: () throws -> Store, _ write: (Store) throws -> FramedDraft
    ) throws -> (SealedFrames, Store) {
        let store = try makeStore()
        let draft = try write(store)
        if original.file.pixels?.isHuge == true { MemoryLimits.returnFreedMemory() }
        let exactness = try prove(draft, store, of: original, name: original.file.name)
        var digest = RunningDigest(of: store)
        let report = draft.hidden.report(
            originalByteCount: original.byteCount, stegoByteCount: store.byteCount, recordByteCount: draft.recordByteCount,
            transferSyntax: draft.transferSyntax, exactness: exactness, notes: [])
        let sealed = SealedFrames(
            originalDigest: original.digest, digest: try digest.finished(), report: report, takenFrames: draft.taken)
        return (sealed, store)
    }

    /// Reverses what was written just as the receiver will.
    private func prove(
        _ draft: FramedDraft, _ store: some ByteStore, of original: Original, name: String
    ) throws -> Exactness {
        let expectation = Expectation(codecs: StegoCodec.allCases, originalByteCount: original.byteCount)
        do {
            guard
                let revealed = try InstanceRevealer(compressor: compressor).openFrames(
                    of: store, name: name, as: expectation, key: { _ in key }, into: { NowhereSink() })
            else { throw ProofFailure(what: "a file that is not read by frames") }
            guard revealed.0.originalDigest == original.digest, revealed.0.exactness == .bytes else {
                throw ProofFailure(what: "another file")
            }
            return .bytes
        } catch let error as StegoError where error.code == .digestMismatch {
            throw ProofFailure(what: "other bytes")
        }
    }
}

extension FramedFile {
    /// Between steps that each take a large part of the memory for a huge frame, what one of them has left would add to the next.
    func returnFreedMemory() {
        if frameDescription.isHuge { MemoryLimits.returnFreedMemory() }
    }
}

/// Where a proof writes to: the digest is all that is wanted of the bytes.
private final class NowhereSink: ByteSink {
    func append(_ bytes: [UInt8]) {}
}
