import DICOM

/// A stego file and what was done to make it.
public struct SealedInstance: Sendable {
    /// The stego DICOM file.
    public let bytes: [UInt8]
    public let originalDigest: InstanceDigest
    public var report: SealReport
}

/// Makes stego DICOM files of one study: the record is sealed, hidden in the pixels, and the file given a fresh anonymous header.
///
/// Every result has been reversed and compared with its original before it is returned, so what ``seal(_:name:)`` returns is
/// known to open. Safe to use from several threads; needs memory for a few copies of the instance.
public struct InstanceSealer: Sendable {
    private let key: StudyKey
    private let options: SealOptions
    private let compressor = HeaderCompressor()

    public init(key: StudyKey, options: SealOptions = SealOptions()) {
        self.key = key
        self.options = options
    }

    /// Seals one DICOM file.
    ///
    /// - Parameters:
    ///   - bytes: the file, in any transfer syntax.
    ///   - name: what to call the file in errors.
    ///   - encoding: how the pixels are encoded; without one, the codec of the options, sparing bytes.
    ///   - showsImage: `false` for a file that is to be enclosed whole, with nothing of it decoded.
    /// - Throws: ``DICOMError`` when the file is not DICOM or is damaged, with `decoderUnavailable` when nothing is known to be wrong with it;
    ///   ``StegoError`` when no way of sealing could be proven.
    public func seal(
        _ bytes: [UInt8], name: String, encoding: StegoEncoding? = nil, showsImage: Bool = true
    ) throws -> SealedInstance {
        let file = try DICOMFile(bytes: bytes, name: name)
        let original = Original(file: file, isEnclosed: !showsImage)
        let encoding = encoding ?? StegoEncoding(options.codec)
        let maker = DraftMaker(
            original: original, samples: OriginalSamples(of: original), key: key, options: options, encoding: encoding,
            compressor: compressor)
        var notes = file.damage.map { ["The file is enclosed whole: \($0.reason)."] } ?? []
        let approaches = showsImage ? Approach.candidates(for: file, codec: encoding.codec) : [.enclosed]
        var (isDecodable, isShowable) = (true, true)
        for approach in approaches where (isDecodable || !approach.decodesSamples) && (isShowable || approach == .enclosed) {
            do {
                let draft = try maker.draft(by: approach)
                let exactness = try prove(draft, of: original)
                return SealedInstance(
                    bytes: draft.bytes, originalDigest: original.digest,
                    report: draft.report(originalByteCount: bytes.count, exactness: exactness, notes: notes))
            } catch let error as DICOMError where error.code == .decoderUnavailable {
                throw error
            } catch {
                notes.append("\(approach.rawValue): \(Self.isRefusal(error) ? "" : Self.faultNote)\(error)")
                isDecodable = isDecodable && !Self.meansUndecodable(error)
                isShowable = isShowable && (error as? StegoError)?.code != .identifying
            }
        }
        throw StegoError(.notReversible, "No way of sealing it could be proven exact. \(notes.joined(separator: " "))", file: name)
    }

    /// Whether another approach that decodes the same samples would meet the same end, and take as long.
    private static func meansUndecodable(_ error: any Error) -> Bool {
        guard let error = error as? DICOMError else { return (error as? StegoError)?.code == .tooLarge }
        return [.decoderFailed, .corruptCodestream, .pixelsTooLarge].contains(error.code)
    }

    /// Stands in the notes before an error that no original should be able to cause.
    static let faultNote = "A fault of this program, please report it: "

    /// Whether an error says that the original does not suit an approach. Anything else, above all that the sealed file does not
    /// open again, is a fault of ours: the next approach still carries the file, and the notes tell.
    static func isRefusal(_ error: any Error) -> Bool {
        switch error {
        case let error as StegoError: [.notReversible, .tooLarge, .identifying].contains(error.code)
        case let error as DICOMError:
            [
                .unsupportedTransferSyntax, .corruptCodestream, .truncatedPixelData, .malformed, .encodingFailed, .invalidValue,
                .decoderFailed, .pixelsTooLarge,
            ].contains(error.code)
        case let error as CompressionError:
            switch error.code {
            case .tooLarge, .zstandardFailed: true
            default: false
            }
        case is RegionError: true
        default: false
        }
    }

    /// Reverses the sealer's own output just as the receiver will.
    private func prove(_ draft: StegoDraft, of original: Original) throws -> Exactness {
        let file = original.file
        let revealed = try InstanceRevealer(compressor: compressor).reveal(
            draft.bytes, name: file.name, as: Expectation(codecs: StegoCodec.allCases, originalByteCount: file.bytes.count)
        ) { _ in key }
        guard revealed.originalDigest == original.digest else { throw ProofFailure(what: "another file") }
        switch revealed.exactness {
        case .bytes:
            guard revealed.bytes == file.bytes else { throw ProofFailure(what: "other bytes") }
        case .pixelsAndElements:
            let restored = try DICOMFile(bytes: revealed.bytes, name: file.name)
            guard restored.transferSyntax == file.transferSyntax, restored.metaInformation == file.metaInformation,
                restored.dataSet == file.dataSet, restored.pixels == file.pixels
            else { throw ProofFailure(what: "other elements") }
        case .unproven: throw ProofFailure(what: "an unproven file")
        }
        return revealed.exactness
    }
}

/// The sealed file was opened again, without an error, and gave something else than the original.
private struct ProofFailure: Error, CustomStringConvertible {
    let what: String

    var description: String { "Opening the sealed file again gave \(what)." }
}
