public import Basics
import Crypto
import DICOM

/// An original that was restored frame by frame, compared, and written.
public struct RevealedFrames: Sendable {
    /// The digest that the sender recorded of its original; what was written has it.
    public let originalDigest: ContentDigest
    public let byteCount: Int
    public let exactness: Exactness
    public let placement: RecordPlacement
    /// Frames that an earlier attempt had restored, and that were taken over.
    public var takenFrames = 0
}

extension InstanceRevealer {
    /// Restores the original of a large stego file frame by frame, with a few frames for each processor in memory at most.
    ///
    /// - Parameters:
    ///   - source: the stego file.
    ///   - name: what to call the file in errors.
    ///   - expectation: what is known of the file beforehand.
    ///   - checkpoint: what an earlier attempt has left, and where this one leaves what a later one may need.
    ///   - key: gives the study key for a file, or `nil` where there is none.
    ///   - sink: makes the place for the original, anew for each attempt. What is there is the original only when this returns.
    /// - Returns: `nil` where it has to be opened as a whole, and what was written is of no use.
    /// - Throws: as ``reveal(_:name:as:key:)``; what reading and writing throw.
    public func revealFrames<Sink: ByteSink>(
        of source: any ByteSource, name: String, as expectation: Expectation = .storedFile,
        checkpoint: RestoringCheckpoint<Sink>? = nil, key: (StegoIdentity) throws -> StudyKey?, into sink: () throws -> Sink
    ) throws -> (RevealedFrames, Sink)? {
        do {
            return try openFrames(of: source, name: name, as: expectation, checkpoint: checkpoint, key: key, into: sink)
        } catch let error as StegoError {
            throw StegoError(error.code, error.reason, file: name)
        } catch let error as DICOMError where error.code != .decoderUnavailable {
            throw StegoError(error.code == .pixelsTooLarge ? .tooLarge : .unreadable, error.reason, file: name)
        }
    }

    /// The same, with `DICOMError` for pixels that cannot be decoded.
    func openFrames<Sink: ByteSink>(
        of source: any ByteSource, name: String, as expectation: Expectation, checkpoint: RestoringCheckpoint<Sink>? = nil,
        key: (StegoIdentity) throws -> StudyKey?, into makeSink: () throws -> Sink
    ) throws -> (RevealedFrames, Sink)? {
        guard let stego = try FramedFile(source, name: name) else { return nil }
        let identity = identity(of: stego.file)
        guard let studyKey = try key(identity) else { throw Self.noKey(for: stego.file) }
        let opener = FramedOpener(
            stego: stego, key: studyKey.instanceKey(for: identity.instanceUID), compressor: compressor, expectation: expectation)
        return try StegoError.telling {
            guard let opened = try opener.opened() else { return nil }
            stego.returnFreedMemory()
            let sink = try makeSink()
            do {
                return (try opened.restore(to: sink, checkpoint), sink)
            } catch let error as StegoError where checkpoint?.earlier != nil && [.digestMismatch, .malformedRecord].contains(error.code) {
                // What a crash has left may be anything.
                let sink = try makeSink()
                return (try opened.restore(to: sink, checkpoint?.anew), sink)
            }
        }
    }
}

/// One stego file being opened frame by frame with its instance key.
struct FramedOpener {
    let stego: FramedFile
    let key: InstanceKey
    let compressor: HeaderCompressor
    let expectation: Expectation

    /// - Returns: `nil` for what is not restored by frames: an enciphered original, one that can only be approximated.
    func opened() throws -> OpenedFrames? {
        let element = try StegoFileRevealer(file: stego.file, key: key, compressor: compressor, expectation: expectation).openElement()
        let carriesRecord = element?.record == nil
        var carried: FrameExtraction?
        if carriesRecord || element?.pixelsCarryExcerpt == true {
            guard let extraction = try extract(element), extraction.isRestored else { return nil }
            carried = extraction
        }
        guard let coded = try element?.record ?? carried.map(recordInPixels) else { return nil }
        let content = try RecordCoding.decode(coded, with: compressor, maximumByteCount: expectation.maximumRecordByteCount)
        guard case .record(let record) = content, record.deflation == nil, record.pixelCipher == nil else { return nil }
        let redaction = SealedRedaction(of: record, element: element?.redaction)
        if case .stripped = redaction { return nil }
        let placement: RecordPlacement = carriesRecord ? .pixels : carried == nil ? .element : .pixelsAndElement
        return try OpenedFrames(
            record: record, stego: stego, carriers: carried?.frames ?? [:], redaction: redaction, placement: placement,
            expectation: expectation)
    }

    private func recordInPixels(_ extraction: FrameExtraction) throws -> [UInt8] {
        try RecordSealer.open(
            SealedRecord(bytes: extraction.payload), key: key, associatedData: SealingContext.associatedData(of: stego.file.dataSet))
    }

    private func extract(_ element: ElementContent?) throws -> FrameExtraction? {
        guard let frames = try StegoFrameSamples(of: stego, expectation) else { return nil }
        return try FrameExtractor(frameCount: stego.frameCount, key: key) { try frames.levels($0) }
            .extract(restoration: element?.restoration)
    }
}

/// The samples of a stego file that is read frame by frame. Any thread may ask for any frame.
struct StegoFrameSamples: Sendable {
    let stego: FramedFile
    /// Of one frame.
    let description: PixelDescription
    private let conversion: SampleConversion
    private let executor: any CodecExecutor
    private let limit: DecodingLimit

    /// - Returns: `nil` for samples of a kind that is not hidden in.
    /// - Throws: ``StegoError`` `.unexpectedCodec`, `DICOMError` `pixelsTooLarge`; what ``FramedFile/decodedDescription(_:)`` throws.
    init?(of stego: FramedFile, _ expectation: Expectation) throws {
        try expectation.requireDecodable(stego.file)
        limit = expectation.pixels
        if stego.isEncapsulated { try limit.checkFrames(stego.description, codestreamByteCount: stego.codestreamByteCount) }
        executor = CodecExecution.current
        self.stego = stego
        description = try stego.decodedDescription(0)
        guard let conversion = SampleConversion(description) else { return nil }
        self.conversion = conversion
    }

    func native(_ frame: Int) throws -> [UInt8] {
        let (decoded, native) = try stego.native(frame, limit: limit, by: executor)
        guard decoded == description else {
            throw DICOMError(.corruptCodestream, "frame \(frame + 1) is encoded differently from the frames before", tag: .pixelData)
        }
        return native
    }

    func levels(_ frame: Int) throws -> SamplePlanes { try conversion.levels(of: native(frame)).planes }
}
