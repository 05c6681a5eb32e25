import Basics
import DICOM

/// A stego file and what was done to make it.
public struct SealedInstance: Sendable {
    /// The stego DICOM file.
    public let bytes: [UInt8]
    public let originalDigest: ContentDigest
    public var report: SealReport
}

/// Makes stego DICOM files of one study: the record is sealed, hidden in the pixels, and the file given a fresh anonymous header.
///
/// Every result has been reversed and compared with its original before it is returned, so what ``seal(_:name:)`` returns is
/// known to open. Safe to use from several threads; needs memory for a few copies of the instance.
public struct InstanceSealer: Sendable {
    let key: StudyKey
    let options: SealOptions
    let compressor = HeaderCompressor()

    public init(key: StudyKey, options: SealOptions = SealOptions()) {
        self.key = key
        self.options = options
    }

    /// Seals one DICOM file.
    ///
    /// - Parameters:
    ///   - bytes: the file, in any transfer syntax.
    ///   - name: the name of the file in errors.
    ///   - encoding: how the pixels are encoded; without one, the codec of the options, sparing bytes.
    ///   - showsImage: `false` for a file that is to be enclosed whole, with nothing of it decoded.
    /// - Throws: ``DICOMError`` when the file is not DICOM or is damaged, with `decoderUnavailable` when nothing is known to be wrong with it;
    ///   ``StegoError`` `notReversible` when no way of sealing could be proven.
    public func seal(
        _ bytes: [UInt8], name: String, encoding: StegoEncoding? = nil, showsImage: Bool = true
    ) throws -> SealedInstance {
        let file = try DICOMFile(bytes: bytes, name: name)
        let original = Original(file: file, isEnclosed: !showsImage)
        let encoding = encoding ?? StegoEncoding(options.codec)
        let samples = OriginalSamples(of: original)
        let builder = StegoBuilder(
            original: original, samples: samples,
            redactions: OriginalRedaction(of: original, samples: samples, policy: options.redaction), key: key, options: options,
            encoding: encoding, compressor: compressor)
        var notes = file.damage.map { ["The file is enclosed whole: \($0.reason)."] } ?? []
        let isCiphered = options.pixelCiphers != nil
        let representations =
            showsImage ? Representation.candidates(for: file, codec: encoding.codec, isCiphered: isCiphered) : [.enclosed]
        var (isDecodable, isShowable) = (true, true)
        for representation in representations
        where (isDecodable || !representation.decodesSamples) && (isShowable || representation == .enclosed) {
            do {
                let draft = try builder.draft(by: representation)
                let exactness = try prove(draft, of: original)
                return SealedInstance(
                    bytes: draft.bytes, originalDigest: original.digest,
                    report: draft.report(originalByteCount: bytes.count, exactness: exactness, notes: notes))
            } catch let error as DICOMError where error.code == .decoderUnavailable {
                throw error
            } catch {
                notes.append("\(representation.rawValue): \(Self.isRefusal(error) ? "" : Self.faultNote)\(error)")
                isDecodable = isDecodable && !Self.meansUndecodable(error)
                isShowable = isShowable && (error as? StegoError)?.code != .identifying
            }
        }
        throw StegoError(.notReversible, "No way of sealing it could be proven exact. \(notes.joined(separator: " "))", file: name)
    }

    /// Whether another representation that decodes the same samples would meet the same end, and take as long.
    private static func meansUndecodable(_ error: any Error) -> Bool {
        guard let error = error as? DICOMError else { return (error as? StegoError)?.code == .tooLarge }
        return [.decoderFailed, .corruptCodestream, .pixelsTooLarge].contains(error.code)
    }

    /// Stands in the notes before an error that no original should be able to cause.
    static let faultNote = "A fault of this program, please report it: "

    /// Whether an error says that the original does not suit a representation. Anything else, above all that the sealed file does not
    /// open again, is a fault of ours: the next representation still carries the file, and the notes tell.
    static func isRefusal(_ error: any Error) -> Bool {
        switch error {
        case let error as StegoError: [.notReversible, .tooLarge, .identifying].contains(error.code)
        // What the original's pixels do not allow, values of it that cannot be written, and bytes with which a decoder does not come to an
        // end within its limits.
        case let error as DICOMError:
            [
                .unsupportedTransferSyntax, .corruptCodestream, .truncatedPixelData, .malformed, .encodingFailed, .invalidValue,
                .decoderFailed, .pixelsTooLarge,
            ].contains(error.code)
        case is RegionError: true
        default: false
        }
    }

    /// Reverses the sealer's own output just as the receiver will.
    ///
    /// - Throws: ``ProofFailure`` for what this program made wrong; ``StegoError`` `tooLarge` and `DICOMError` for a stego file whose pixels
    ///   the receiver would not decode, or not within its limits.
    private func prove(_ draft: StegoDraft, of original: Original) throws -> Exactness {
        do {
            return try reverse(draft, to: original.file, original.digest)
        } catch let error as DICOMError where [.decoderUnavailable, .decoderFailed, .pixelsTooLarge].contains(error.code) {
            throw error
        } catch let error as StegoError where error.code == .tooLarge {
            throw error
        } catch let error as ProofFailure {
            throw error
        } catch {
            throw ProofFailure(what: "an error: \(error)")
        }
    }

    private func reverse(_ draft: StegoDraft, to file: DICOMFile, _ digest: ContentDigest) throws -> Exactness {
        let revealed = try InstanceRevealer(compressor: compressor).open(
            draft.bytes, name: file.name, as: Expectation(codecs: StegoCodec.allCases, originalByteCount: file.bytes.count),
            known: KnownOriginal(bytes: file.bytes, digest: digest)
        ) { _ in key }
        guard revealed.originalDigest == digest else { throw ProofFailure(what: "another file") }
        switch revealed.exactness {
        case .bytes:
            guard revealed.bytes.isSame(as: file.bytes) else { throw ProofFailure(what: "other bytes") }
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

/// The sealed file was opened again and gave something else than the original.
public struct ProofFailure: Error, Sendable, CustomStringConvertible {
    let what: String

    public var description: String { "Opening the sealed file again gave \(what)." }
}
