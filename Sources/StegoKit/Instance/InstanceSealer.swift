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
            original: original, key: key, options: options, encoding: encoding, compressor: compressor)
        var notes: [String] = []
        let approaches = showsImage ? Approach.candidates(for: file, codec: encoding.codec) : [.enclosed]
        var isDecodable = true
        for approach in approaches where isDecodable || !approach.decodesSamples {
            do {
                let draft = try maker.draft(by: approach)
                let exactness = try prove(draft, of: original, name: name)
                return SealedInstance(
                    bytes: draft.bytes, originalDigest: original.digest,
                    report: draft.report(originalByteCount: bytes.count, exactness: exactness, notes: notes))
            } catch let error as DICOMError where error.code == .decoderUnavailable {
                throw error
            } catch {
                notes.append("\(approach.rawValue): \(error)")
                isDecodable = isDecodable && !Self.meansUndecodable(error)
            }
        }
        throw StegoError(.notReversible, "No way of sealing it could be proven exact. \(notes.joined(separator: " "))", file: name)
    }

    /// Whether another approach that decodes the same samples would meet the same end, and take as long.
    private static func meansUndecodable(_ error: any Error) -> Bool {
        guard let error = error as? DICOMError else { return (error as? StegoError)?.code == .tooLarge }
        return [.decoderFailed, .corruptCodestream, .pixelsTooLarge].contains(error.code)
    }

    /// Reverses the sealer's own output just as the receiver will.
    private func prove(_ draft: StegoDraft, of original: Original, name: String) throws -> Exactness {
        let revealed = try InstanceRevealer(compressor: compressor).reveal(
            draft.bytes, name: name, as: Expectation(codecs: StegoCodec.allCases, originalByteCount: original.file.bytes.count)
        ) { _ in key }
        guard revealed.exactness != .unproven, revealed.originalDigest == original.digest else {
            throw StegoError(.notReversible, "Opening the sealed file again gave another file.")
        }
        return revealed.exactness
    }
}
