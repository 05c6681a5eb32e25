public import Basics
import Crypto
import DICOM

/// A stego file that was written frame by frame, and what was done to make it.
public struct SealedFrames: Sendable {
    public let originalDigest: ContentDigest
    /// Of the stego file.
    public let digest: ContentDigest
    public var report: SealReport
}

extension InstanceSealer {
    /// Files of fewer bytes are in memory as a whole while they are sealed; reading them by frames would save nothing.
    public static let leastFramedByteCount = 32 << 20

    /// Seals a DICOM file of many frames frame by frame, with a few frames for each processor in memory at most.
    ///
    /// The result has been reversed and compared with its original, as that of ``seal(_:name:encoding:showsImage:)``.
    ///
    /// - Parameters:
    ///   - source: the file.
    ///   - name: what to call the file in errors.
    ///   - encoding: how the pixels are encoded; without one, the codec of the options, sparing bytes.
    ///   - store: makes the place for the stego file, at most once.
    /// - Returns: `nil` where it has to be sealed as a whole, and what was written is of no use: an image of one frame, samples or
    ///   codestreams that frames alone do not bring back, a file that contradicts itself.
    /// - Throws: ``StegoError`` and `DICOMError` as ``seal(_:name:encoding:showsImage:)``; what reading and writing throw.
    public func sealFrames<Store: ByteStore>(
        of source: any ByteSource, name: String, encoding: StegoEncoding? = nil, into store: () throws -> Store
    ) throws -> (SealedFrames, Store)? {
        let encoding = encoding ?? StegoEncoding(options.codec)
        // A face is found in all frames together.
        guard options.pixelCiphers == nil, !options.redaction.defaces, let framed = try FramedFile(source, name: name),
            framed.frameCount > 1,
            Representation.candidates(for: framed.file, codec: encoding.codec).contains(.shown)
        else { return nil }
        do {
            return try sealed(framed, encoding, into: store)
        } catch let error as StegoError where [.notReversible, .identifying, .tooLarge].contains(error.code) {
            // Another way of sealing may do.
            return nil
        } catch let error as DICOMError where error.code != .decoderUnavailable {
            return nil
        } catch is RegionError {
            return nil
        }
    }

    private func sealed<Store: ByteStore>(
        _ framed: FramedFile, _ encoding: StegoEncoding, into store: () throws -> Store
    ) throws -> (SealedFrames, Store)? {
        let unread = Original(file: framed.file, byteCount: framed.source.byteCount, digest: ContentDigest(of: []))
        guard var samples = try FrameSamples(of: framed),
            let survey = try FrameSurvey(of: samples, unread, policy: options.redaction)
        else { return nil }
        let original = Original(surveyed: unread, digest: survey.digest)
        let found = try FrameFilling.found(survey, samples, policy: options.redaction)
        guard let found else { return nil }
        samples.redaction = found.redaction?.redaction
        let builder = StegoBuilder(framed: original, key: key, options: options, encoding: encoding, compressor: compressor)
        let frames = StegoFrames(builder: builder, samples: samples, survey: survey, found: found)
        let store = try store()
        let draft = try frames.write(to: store)
        let exactness = try prove(draft, store, of: original, name: framed.file.name)
        var hash = SHA256()
        try store.forEachBlock(of: 0..<store.byteCount) { hash.update(data: $0) }
        let report = draft.hidden.report(
            originalByteCount: original.byteCount, stegoByteCount: store.byteCount, recordByteCount: draft.recordByteCount,
            transferSyntax: draft.transferSyntax, exactness: exactness, notes: [])
        return (SealedFrames(originalDigest: original.digest, digest: ContentDigest(hash.finalize()), report: report), store)
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

/// Where a proof writes to: the digest is all that is wanted of the bytes.
private final class NowhereSink: ByteSink {
    func append(_ bytes: [UInt8]) {}
}

/// What is filled of an original that is read frame by frame.
enum FrameFilling {
    /// - Returns: `nil` where too much would be filled to be held in memory.
    /// - Throws: ``StegoError`` `.identifying` where images with text are not shown at all; what decoding throws.
    static func found(
        _ survey: FrameSurvey, _ samples: FrameSamples, policy: RedactionPolicy
    ) throws -> OriginalRedaction.Found? {
        let (dataSet, syntax) = (samples.original.file.dataSet, samples.original.file.transferSyntax)
        guard policy.isActive else {
            return OriginalRedaction.Found(
                redaction: nil, isProbablyShown: BurnedInHeader(dataSet, samples.description, syntax).isProbable)
        }
        let found = RedactionFinder(policy: policy).find(in: samples.description, dataSet, syntax) { _ in survey.text }
        let isProbablyShown = policy.burnedInText == .keep && found.isProbable
        guard !found.mask.isEmpty else { return OriginalRedaction.Found(redaction: nil, isProbablyShown: isProbablyShown) }
        guard policy.burnedInText != .enclose else { throw OriginalRedaction.showsText(found) }
        let first = try samples.levels(of: samples.native(0)).planes
        let redaction = Redaction(found.mask, of: first, samples.description)
        guard let coded = try RedactionCoding.encode(redaction, of: samples) else { return nil }
        return OriginalRedaction.Found(
            redaction: OriginalRedaction.Filling(redaction: redaction, found: found, coded: coded), isProbablyShown: isProbablyShown)
    }
}
