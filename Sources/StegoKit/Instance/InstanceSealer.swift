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
    /// - Throws: ``DICOMError`` when the file is not DICOM or is damaged; ``StegoError`` when no way of sealing could be proven.
    public func seal(_ bytes: [UInt8], name: String, encoding: StegoEncoding? = nil) throws -> SealedInstance {
        let file = try DICOMFile(bytes: bytes, name: name)
        let original = Original(file: file)
        let encoding = encoding ?? StegoEncoding(options.codec)
        let maker = DraftMaker(
            original: original, key: key, options: options, encoding: encoding, compressor: compressor)
        var notes = file.damage.map { ["The file is enclosed whole: \($0.reason)."] } ?? []
        for approach in Approach.candidates(for: file, codec: encoding.codec) {
            do {
                let draft = try maker.draft(by: approach)
                let exactness = try prove(draft, of: original)
                return SealedInstance(
                    bytes: draft.bytes, originalDigest: original.digest,
                    report: draft.report(originalByteCount: bytes.count, exactness: exactness, notes: notes))
            } catch {
                notes.append("\(approach.rawValue): \(Self.isRefusal(error) ? "" : Self.faultNote)\(error)")
            }
        }
        throw StegoError(.notReversible, "No way of sealing it could be proven exact. \(notes.joined(separator: " "))", file: name)
    }

    /// Stands in the notes before an error that no original should be able to cause.
    static let faultNote = "A fault of this program, please report it: "

    /// Whether an error says that the original does not suit an approach. Anything else, above all that the sealed file does not open again,
    /// is a fault of ours: the next approach still carries the file, and the notes tell.
    static func isRefusal(_ error: any Error) -> Bool {
        switch error {
        case let error as StegoError: error.code == .notReversible
        case let error as DICOMError:
            [.unsupportedTransferSyntax, .corruptCodestream, .truncatedPixelData, .malformed, .encodingFailed, .invalidValue].contains(error.code)
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
        let revealed = try InstanceRevealer(compressor: compressor).reveal(draft.bytes, name: file.name) { _ in key }
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
