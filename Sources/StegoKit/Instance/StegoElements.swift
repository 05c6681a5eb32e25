import DICOM

/// The private elements in which a stego file carries what does not ride in its pixels. Format: docs/formats/stego-dicom.md.
enum StegoElements {
    /// Low byte of the element number in the block of ``VeilrayPrivate/creator``.
    enum Element: UInt8 {
        /// The study key, encapsulated to the receiver's long-term key.
        case capsule = 0x01
        /// Sealed: what of the record or of the restoration data is not in the pixels.
        case record = 0x02
    }

    static func value(of element: Element, in dataSet: DataSet) -> [UInt8]? {
        dataSet.privateBytes(creator: VeilrayPrivate.creator, group: VeilrayPrivate.group, element: element.rawValue)
    }

    static func set(_ value: [UInt8], as element: Element, in dataSet: inout DataSet) throws(DICOMError) {
        try dataSet.setPrivateBytes(
            value, creator: VeilrayPrivate.creator, group: VeilrayPrivate.group, element: element.rawValue)
    }
}

/// The content of the sealed private element.
struct ElementContent: Equatable {
    /// The coded record, when it is not in the pixels.
    var record: [UInt8]?
    /// The bytes that undo an embedding which is not reversible by itself.
    var restoration: [UInt8]?
    /// Whether the pixels carry an excerpt of the record in ``record``, so that the embedding must be undone.
    var pixelsCarryExcerpt = false
    /// The regions that were filled before the samples were shown, where the record does not hold them itself.
    var redaction: [UInt8]?

    /// Optional parts of a later version, kept as they were read.
    var unknownParts: [NumberedParts.Part] = []

    var isEmpty: Bool { record == nil && restoration == nil && redaction == nil }

    /// All are critical. Numbers are never given twice.
    private enum Part: Int, CaseIterable {
        case record = 1
        case restoration = 3
        /// Without a value.
        case pixelsCarryExcerpt = 5
        case redaction = 7

        static let known = Set(allCases.map(\.rawValue))
    }

    var encoded: [UInt8] {
        var parts = NumberedParts()
        parts[Part.record.rawValue] = record
        parts[Part.restoration.rawValue] = restoration
        parts[Part.pixelsCarryExcerpt.rawValue] = pixelsCarryExcerpt ? [] : nil
        parts[Part.redaction.rawValue] = redaction
        parts.add(unknownParts)
        return parts.encoded
    }

    init(record: [UInt8]? = nil, restoration: [UInt8]? = nil, pixelsCarryExcerpt: Bool = false, redaction: [UInt8]? = nil) {
        self.record = record
        self.restoration = restoration
        self.pixelsCarryExcerpt = pixelsCarryExcerpt
        self.redaction = redaction
    }

    /// - Throws: ``StegoError`` `malformedRecord`, also for a critical part that this version does not know.
    init(decoding bytes: [UInt8]) throws {
        do {
            let parts = try NumberedParts(decoding: bytes)
            unknownParts = try parts.unknown(besides: Part.known)
            record = parts[Part.record.rawValue]
            restoration = parts[Part.restoration.rawValue]
            let flag = parts[Part.pixelsCarryExcerpt.rawValue]
            guard flag?.isEmpty ?? true else { throw RecordReader.Malformed() }
            pixelsCarryExcerpt = flag != nil
            redaction = parts[Part.redaction.rawValue]
        } catch let error as NumberedParts.UnknownCritical {
            throw StegoError(
                .malformedRecord,
                "The sealed private element has a part \(error.number) that this version must not leave aside; install a newer one.")
        } catch {
            throw StegoError(.malformedRecord, "The sealed private element was opened but its parts make no sense.")
        }
    }
}

/// The context that a sealed part is bound to, so that it opens in its own file only (the associated data of AES-GCM).
enum SealingContext {
    private static let label = Array("veilray/1 instance".utf8)

    /// Label ‖ digest of the anonymous header ‖ stego StudyInstanceUID.
    static func associatedData(of header: DataSet) -> [UInt8] {
        label + PublicHeader.digest(of: header) + Array((header.string(.studyInstanceUID) ?? "").utf8)
    }
}

/// The name of a stego file where it is kept: names at the clinic are names of patients often enough.
public enum StegoFileName {
    /// `<StudyInstanceUID>/<SOPInstanceUID>.dcm`, of the stego file's own anonymous UIDs.
    ///
    /// - Parameter stego: the file's bytes.
    /// - Throws: ``DICOMError`` when this is no DICOM file, or one without these UIDs.
    public static func path(of stego: [UInt8]) throws -> String {
        try path(of: try DICOMFile(bytes: stego, name: "the stego file").dataSet)
    }

    /// The same of a file that was parsed before.
    public static func path(of dataSet: DataSet) throws(DICOMError) -> String {
        guard let study = dataSet.uid(.studyInstanceUID), let instance = dataSet.uid(.sopInstanceUID) else {
            throw DICOMError(.malformed, "there are no UIDs to name the stego file by")
        }
        return "\(study)/\(instance).dcm"
    }
}
