import DICOM

/// One stego file being opened with its instance key.
struct StegoFileRevealer {
    let file: DICOMFile
    let key: InstanceKey
    let compressor: HeaderCompressor
    let expectation: Expectation
    var known: KnownOriginal?

    func revealed() throws -> RevealedInstance {
        try StegoError.telling { try opened() }
    }

    private func opened() throws -> RevealedInstance {
        let element = try openElement()
        guard let coded = element?.record else {
            return try revealedFromPixels(element)
        }
        let content = try RecordCoding.decode(coded, with: compressor, maximumByteCount: expectation.maximumRecordByteCount)
        guard case .record(let record) = content else {
            throw StegoError(.malformedRecord, "The private element holds no whole record.")
        }
        let carriesExcerpt = element?.pixelsCarryExcerpt == true
        let samples = {
            carriesExcerpt
                ? try PixelSource.extract(from: file, expectation, key: key, restoration: element?.restoration).source
                : try PixelSource.unchanged(of: file, expectation).deciphered(record.pixelCipher, key: key)
        }
        return try OriginalAssembler(
            record: record, stego: file, redaction: SealedRedaction(of: record, element: element?.redaction), known: known
        )
        .original(samples: samples, placement: carriesExcerpt ? .pixelsAndElement : .element)
    }

    /// The record, or the excerpt that stripping the private elements has left, from the pixels alone.
    private func revealedFromPixels(_ element: ElementContent?) throws -> RevealedInstance {
        guard file.pixels != nil else {
            throw StegoError(.elementMissing, "It has neither an image nor a sealed element: the record was stripped from it.")
        }
        let (payload, source) = try PixelSource.extract(from: file, expectation, key: key, restoration: element?.restoration)
        let coded = try RecordSealer.open(
            SealedRecord(bytes: payload), key: key, associatedData: SealingContext.associatedData(of: file.dataSet))
        switch try RecordCoding.decode(coded, with: compressor, maximumByteCount: expectation.maximumRecordByteCount) {
        case .record(let record):
            return try OriginalAssembler(
                record: record, stego: file, redaction: SealedRedaction(of: record, element: element?.redaction), known: known
            ).original(samples: { source }, placement: .pixels)
        case .excerpt(let excerpt):
            return try ExcerptAssembler(excerpt: excerpt, stego: file).approximation(source)
        }
    }

    func openElement() throws -> ElementContent? {
        guard let sealed = StegoElements.value(of: .record, in: file.dataSet) else { return nil }
        let content = try ElementSealer.open(
            SealedRecord(bytes: sealed), key: key, associatedData: SealingContext.associatedData(of: file.dataSet))
        return try ElementContent(decoding: content)
    }
}

extension StegoError {
    /// Runs `body`, and tells what sealing, embedding and compression throw as errors of a stego file.
    ///
    /// - Throws: ``StegoError``; other errors of `body` as they are.
    static func telling<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as SealingError {
            throw StegoError(of: error)
        } catch let error as EmbeddingError {
            throw StegoError(of: error)
        } catch let error as CompressionError {
            throw StegoError(.malformedRecord, "\(error)")
        }
    }

    /// The meaning of an embedding error for a file.
    init(of error: EmbeddingError) {
        let code: Code =
            switch error.code {
            case .nothingFound: .notStego
            case .damaged, .invalidRestoration: .tampered
            case .unsupported: .malformedRecord
            case .payloadTooLarge, .invalidPlanes: .notReversible
            }
        self.init(code, error.reason)
    }

    /// The meaning of a sealing error for a file.
    init(of error: SealingError) {
        let code: Code =
            switch error.code {
            case .wrongKey, .invalidKey: .wrongKey
            case .tampered, .truncated: .tampered
            case .notOurs: .notStego
            case .unsupportedVersion, .unknownInnerStage, .unusableCiphers, .malformed, .unavailable: .malformedRecord
            }
        self.init(code, error.reason)
    }
}
