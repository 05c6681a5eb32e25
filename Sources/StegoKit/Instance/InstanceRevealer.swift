import Basics
import DICOM

/// The facts that a stego file shows before its key is known.
public struct StegoIdentity: Sendable {
    public let studyUID: String
    public let instanceUID: String
    /// The encapsulated study key, where the file carries one.
    public let capsule: [UInt8]?
}

/// A stego file that was parsed, so that all who need its header read it once.
public struct StegoFile: Sendable {
    public let bytes: [UInt8]
    public let file: DICOMFile

    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - name: the name of the file in errors.
    /// - Throws: ``StegoError`` `.notStego` where it is deflated, `.unreadable` where it cannot be parsed to its end.
    public init(_ bytes: [UInt8], name: String) throws(StegoError) {
        guard !DICOMFile.isDeflated(bytes) else {
            throw StegoError(.notStego, "It is deflated, which no stego file is.", file: name)
        }
        do throws(DICOMError) {
            file = try DICOMFile(bytes: bytes, name: name)
        } catch {
            throw StegoError(.unreadable, error.reason, file: name)
        }
        if let damage = file.damage { throw StegoError(.unreadable, damage.reason, file: name) }
        self.bytes = bytes
    }
}

/// A restored original.
public struct RevealedInstance: Sendable {
    public let bytes: [UInt8]
    /// The digest that the sender recorded of its original. With ``Exactness/bytes`` it is that of ``bytes``.
    public let originalDigest: ContentDigest
    public let exactness: Exactness
    public let placement: RecordPlacement
    /// With ``Exactness/unproven``: what of the file is not proven to be the original's, for a person.
    public let unproven: [String]
}

/// Opens stego DICOM files: finds the record, opens it, puts the pixels back and reassembles the original.
///
/// Nothing is returned that is not proven by the digests in the record. Safe to use from several threads.
public struct InstanceRevealer: Sendable {
    let compressor: HeaderCompressor

    public init() {
        self.init(compressor: HeaderCompressor())
    }

    init(compressor: HeaderCompressor) {
        self.compressor = compressor
    }

    /// How a stego file presents itself: what a keyring needs to find its key.
    public func identity(of file: DICOMFile) -> StegoIdentity {
        StegoIdentity(
            studyUID: file.dataSet.string(.studyInstanceUID) ?? "", instanceUID: file.dataSet.string(.sopInstanceUID) ?? "",
            capsule: StegoElements.value(of: .capsule, in: file.dataSet))
    }

    /// Restores the original of one stego file.
    ///
    /// - Parameters:
    ///   - bytes: the stego file.
    ///   - name: the name of the file in errors.
    ///   - expectation: what is known of the file beforehand.
    ///   - key: gives the study key for a file, or `nil` where there is none.
    /// - Throws: ``StegoError``; `DICOMError` with `decoderUnavailable`, which says nothing of the file; and the errors of `key`.
    public func reveal(
        _ bytes: [UInt8], name: String, as expectation: Expectation = .storedFile, key: (StegoIdentity) throws -> StudyKey?
    ) throws -> RevealedInstance {
        try reveal(StegoFile(bytes, name: name), as: expectation, key: key)
    }

    /// Restores the original of a stego file that was parsed before. Throws as ``reveal(_:name:as:key:)`` does.
    public func reveal(
        _ stego: StegoFile, as expectation: Expectation = .storedFile, key: (StegoIdentity) throws -> StudyKey?
    ) throws -> RevealedInstance {
        let name = stego.file.name
        do {
            return try open(stego, as: expectation, key: key)
        } catch let error as StegoError {
            throw StegoError(error.code, error.reason, file: name)
        } catch let error as DICOMError where error.code != .decoderUnavailable {
            throw StegoError(error.code == .pixelsTooLarge ? .tooLarge : .unreadable, error.reason, file: name)
        }
    }

    /// The same, with `DICOMError` for pixels that cannot be decoded.
    ///
    /// - Parameter known: the original, where the caller has it.
    func open(
        _ bytes: [UInt8], name: String, as expectation: Expectation, known: KnownOriginal? = nil,
        key: (StegoIdentity) throws -> StudyKey?
    ) throws -> RevealedInstance {
        try open(StegoFile(bytes, name: name), as: expectation, known: known, key: key)
    }

    private func open(
        _ stego: StegoFile, as expectation: Expectation, known: KnownOriginal? = nil, key: (StegoIdentity) throws -> StudyKey?
    ) throws -> RevealedInstance {
        let identity = identity(of: stego.file)
        guard let studyKey = try key(identity) else { throw Self.noKey(for: stego.file) }
        return try StegoFileRevealer(
            file: stego.file, key: studyKey.instanceKey(for: identity.instanceUID), compressor: compressor, expectation: expectation,
            known: known
        ).revealed()
    }

    static func noKey(for file: DICOMFile) -> StegoError {
        guard StegoElements.value(of: .record, in: file.dataSet) == nil else {
            return StegoError(.wrongKey, "No key at hand opens it: it was sealed for someone else.", file: file.name)
        }
        return StegoError(
            .notStego, "It is not a stego file; or its capsule was stripped, and the keyring holds no key for its study.", file: file.name)
    }
}

/// The facts that are known of a stego file before it is opened, which bound the resources that opening it may take.
public struct Expectation: Sendable {
    /// How pixels may be encoded that are decoded; `nil` for every form that a stego file may have after it has lain in an archive.
    private let codecs: Set<StegoCodec>?
    /// The longest record that is unpacked.
    let maximumRecordByteCount: Int
    /// How large an image may be that is decoded.
    let pixels: DecodingLimit

    /// Nothing but that it is a stego file.
    public static let storedFile = Expectation(
        codecs: nil, maximumRecordByteCount: min(RecordCoding.maximumBodyByteCount, DecodingLimit().byteCount), pixels: DecodingLimit())

    /// The terms that two sides have agreed on.
    ///
    /// - Parameters:
    ///   - codecs: those of the session. Pixels in another form may pass through, but are not decoded.
    ///   - originalByteCount: the original's length as its sender has announced it.
    ///   - pixels: how large an image may be that is decoded.
    public init(codecs: some Sequence<StegoCodec>, originalByteCount: Int, pixels: DecodingLimit = DecodingLimit()) {
        self.init(codecs: Set(codecs), maximumRecordByteCount: Self.recordByteCount(of: originalByteCount), pixels: pixels)
    }

    private init(codecs: Set<StegoCodec>?, maximumRecordByteCount: Int, pixels: DecodingLimit) {
        self.codecs = codecs
        self.maximumRecordByteCount = maximumRecordByteCount
        self.pixels = pixels
    }

    /// A record holds no more of an original than the original; one that was deflated is inflated in it.
    private static func recordByteCount(of originalByteCount: Int) -> Int {
        min(RecordCoding.maximumBodyByteCount, max(0, min(originalByteCount, RecordCoding.maximumBodyByteCount)) + 64 << 20)
    }

    /// - Throws: ``StegoError`` `.unexpectedCodec` for pixels that are not to be decoded.
    func requireDecodable(_ file: DICOMFile) throws {
        let syntax = file.transferSyntax
        let isExpected =
            if let codecs {
                !file.isPixelDataEncapsulated || codecs.contains { $0.transferSyntax == syntax }
            } else {
                !file.isPixelDataEncapsulated || [.jpeg2000, .highThroughputJPEG2000, .jpegXL].contains(syntax.codec)
            }
        guard isExpected else {
            throw StegoError(.unexpectedCodec, "Its pixels are encoded as \(syntax), which was not agreed on and is not decoded.")
        }
    }
}
