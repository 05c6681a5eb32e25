import Basics
import Crypto

/// The header that everybody may see: built from nothing, filled from an allow-list, never "the original minus something".
///
/// `docs/dicom/public-header.md` lists every attribute and what becomes of it.
public enum PublicHeader {
    /// The picture in place of the pixels of an object that has none, or none that a viewer could show: small and black.
    public static let placeholder: (description: PixelDescription, bytes: [UInt8])? = {
        guard
            let description = try? PixelDescription(
                rows: 64, columns: 64, photometricInterpretation: "MONOCHROME2", bitsAllocated: 8, bitsStored: 8)
        else { return nil }
        return (description, [UInt8](repeating: 0, count: description.byteCount))
    }()

    /// Makes the public header of an original.
    ///
    /// - Parameters:
    ///   - file: the original.
    ///   - pixels: what the pixel data of the new file will be, usually the original's own description or what a codec made of it. Nil for
    ///     an object without pixels: the header is then that of a Secondary Capture Image with ``placeholder`` as its picture.
    ///   - mapUID: gives the new UID for an original one: the same for the same, not invertible without a key. It is also handed the text of
    ///     an invalid UID, and for the SOP Instance UID that UID (or `absent`), a space and the digest of the file, so that no two files
    ///     coincide, not even if an original UID was given to both.
    ///   - fileDigest: SHA-256 of the original, where the caller has it already.
    /// - Returns: everything but pixel data, ready for ``DICOMWriter``.
    /// - Throws: `invalidValue` when `mapUID` gives something that is no UID, or what it throws.
    public static func make(
        from file: DICOMFile, pixels: PixelDescription?, fileDigest: [UInt8]? = nil, mapUID: (String) throws(DICOMError) -> String
    ) throws(DICOMError) -> DataSet {
        try withoutActuallyEscaping(mapUID) { mapUID throws(DICOMError) in
            let mapped = { uid throws(DICOMError) in try validated(mapUID(uid)) }
            let filter = HeaderFilter(isSigned: pixels?.isSigned ?? false, frames: pixels?.frames ?? 1, mapUID: mapped)
            let isImage = pixels != nil
            var header = try filter.filtered(file.dataSet, by: isImage ? AllowList.elements : [])
            if let description = pixels ?? placeholder?.description { describe(description, in: &header) }
            completeImage(&header, pixels)
            try identify(&header, original: file, digest: fileDigest ?? Array(SHA256.hash(data: file.bytes)), mapped: mapped)
            return header
        }
    }

    /// The text that ``make(from:pixels:mapUID:)`` has mapped to the new StudyInstanceUID: the original one, or a fixed text where there is
    /// none.
    public static func studyIdentifier(of original: DataSet) -> String {
        original.string(.studyInstanceUID) ?? "absent study"
    }

    private static func validated(_ uid: String) throws(DICOMError) -> String {
        guard UniqueIdentifier.isValid(uid) else { throw DICOMError(.invalidValue, "the UID that replaces another is invalid") }
        return uid
    }

    /// The image pixel module as the new file's pixels have it.
    private static func describe(_ pixels: PixelDescription, in header: inout DataSet) {
        header.set(.samplesPerPixel, .US, integers: [pixels.samplesPerPixel])
        let known = Vocabulary.photometricInterpretations.contains(pixels.photometricInterpretation)
        header.set(
            .photometricInterpretation, .CS, known ? pixels.photometricInterpretation : pixels.samplesPerPixel == 3 ? "RGB" : "MONOCHROME2")
        header[.planarConfiguration] =
            pixels.samplesPerPixel > 1 ? DataElement(.planarConfiguration, .US, integers: [pixels.planarConfiguration]) : nil
        if pixels.frames > 1 || header[.numberOfFrames] != nil { header.set(.numberOfFrames, .IS, integers: [pixels.frames]) }
        header.set(.rows, .US, integers: [pixels.rows])
        header.set(.columns, .US, integers: [pixels.columns])
        header.set(.bitsAllocated, .US, integers: [pixels.bitsAllocated])
        header.set(.bitsStored, .US, integers: [pixels.bitsStored])
        header.set(.highBit, .US, integers: [pixels.highBit])
        header.set(.pixelRepresentation, .US, integers: [pixels.isSigned ? 1 : 0])
    }

    /// Adds the attributes that the standard requires of every image and that an original may lack.
    private static func completeImage(_ header: inout DataSet, _ pixels: PixelDescription?) {
        header.set(.sopClassUID, .UI, StorageClasses.publicClass(of: header.string(.sopClassUID), pixels))
        if header[.modality] == nil { header.set(.modality, .CS, "OT") }
        if header[.imageType] == nil { header.set(.imageType, .CS, strings: ["DERIVED", "SECONDARY"]) }
        if header.string(.sopClassUID)?.hasPrefix(StorageClasses.secondaryCapture) == true, header[.conversionType] == nil {
            header.set(.conversionType, .CS, pixels == nil ? "SYN" : "WSD")
        }
        for (tag, vr) in emptyElements where header[tag] == nil { header.set(DataElement(tag, vr)) }
    }

    /// Type 2: there, and without a value (PS3.15 Table E.1-1, action Z).
    private static let emptyElements: [(Tag, ValueRepresentation)] = [
        (.studyDate, .DA), (.studyTime, .TM), (.accessionNumber, .SH), (.referringPhysicianName, .PN), (.manufacturer, .LO),
        (.patientBirthDate, .DA), (.patientSex, .CS), (.studyID, .SH), (.seriesNumber, .IS), (.instanceNumber, .IS),
        (.patientOrientation, .CS),
    ]

    private static func identify(
        _ header: inout DataSet, original file: DICOMFile, digest: [UInt8], mapped: (String) throws(DICOMError) -> String
    ) throws(DICOMError) {
        let study = try mapped(studyIdentifier(of: file.dataSet))
        header.set(.studyInstanceUID, .UI, study)
        header.set(.seriesInstanceUID, .UI, try mapped(file.dataSet.string(.seriesInstanceUID) ?? "absent series"))
        let instance = file.dataSet.string(.sopInstanceUID) ?? file.metaInformation.string(.mediaStorageSOPInstanceUID)
        header.set(.sopInstanceUID, .UI, try mapped("\(instance ?? "absent") \(hexadecimal(digest))"))

        header.set(.patientName, .PN, "ANONYMOUS")
        header.set(.patientID, .LO, pseudonym(study: study))
        header.set(.patientIdentityRemoved, .CS, "YES")
        header.set(.deidentificationMethod, .LO, "Veilray: allow-list after PS3.15 Basic Profile")
        header.set(.deidentificationMethodCodeSequence, sequence: [basicProfile])
        header.set(.longitudinalTemporalInformationModified, .CS, "REMOVED")
    }

    /// Twelve hexadecimal digits that follow from the new study UID and from nothing else.
    private static func pseudonym(study: String) -> String {
        let digest = SHA256.hash(data: Array("veilray patient ".utf8) + Array(study.utf8))
        return "ANON-" + hexadecimal(digest.prefix(6)).uppercased()
    }

    /// PS3.16 CID 7050. Clean Pixel Data (113101) is not claimed: burned-in text stays where it was.
    private static let basicProfile: DataSet = {
        var code = DataSet()
        code.set(.codeValue, .SH, "113100")
        code.set(.codingSchemeDesignator, .SH, "DCM")
        code.set(.codeMeaning, .LO, "Basic Application Confidentiality Profile")
        return code
    }()
}

extension PublicHeader {
    /// The digest of what a public header says about the image, the same whatever transfer syntax the file has.
    ///
    /// Only attributes of the allow-list count (and the three UIDs of study, series and instance), each in the form that
    /// `docs/dicom/header-digest.md` specifies: tag, length, value without padding. What transcoders and archives may change, and whatever else they add, does not.
    /// So a header has this digest when it is made, when it is read back, and after a conversion to another transfer syntax.
    public static func digest(of dataSet: DataSet) -> SHA256Digest {
        var encoder = CanonicalEncoder()
        encoder.append(dataSet, AllowList.digested)
        return SHA256.hash(data: CanonicalEncoder.label + encoder.bytes)
    }
}

extension AllowList {
    /// The attributes of the digest: the allow-list's and the replaced UIDs, ascending.
    fileprivate static let digested: [AllowedElement] = {
        let identity = [Tag.sopInstanceUID, .studyInstanceUID, .seriesInstanceUID].map { AllowedElement($0, .UI, .mappedUID) }
        return (elements.filter(\.isDigested) + identity).sorted { $0.tag < $1.tag }
    }()
}

/// The canonical form: independent of value representations, padding and lengths of sequences.
private struct CanonicalEncoder {
    static let label = Array("veilray public header 1\0".utf8)

    private(set) var bytes: [UInt8] = []

    mutating func append(_ dataSet: DataSet, _ lines: [AllowedElement]) {
        for line in lines {
            guard let element = dataSet[line.tag], !element.isEmpty else { continue }
            if let children = line.children {
                append(element, children)
            } else {
                append(value(element, line), tag: line.tag)
            }
        }
    }

    private mutating func append(_ sequence: DataElement, _ children: [AllowedElement]) {
        bytes.append(sequence.tag)
        bytes.appendLittleEndian(UInt32(truncatingIfNeeded: sequence.items.count))
        for item in sequence.items {
            var encoder = CanonicalEncoder()
            encoder.append(item, children)
            bytes.appendLittleEndian(UInt32(truncatingIfNeeded: encoder.bytes.count))
            bytes += encoder.bytes
        }
    }

    private mutating func append(_ value: ArraySlice<UInt8>, tag: Tag) {
        // One frame may be written out or left to be understood.
        if value.isEmpty || tag == .numberOfFrames && Array(value) == [0x31] { return }
        bytes.append(tag)
        bytes.appendLittleEndian(UInt32(truncatingIfNeeded: value.count))
        bytes += value
    }

    /// Text without surrounding spaces and trailing null bytes; everything else as it is, little endian.
    private func value(_ element: DataElement, _ line: AllowedElement) -> ArraySlice<UInt8> {
        guard line.vr.isText else { return element.bytes }
        let isPadding: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0 }
        guard let first = element.bytes.firstIndex(where: { !isPadding($0) }), let last = element.bytes.lastIndex(where: { !isPadding($0) })
        else {
            return []
        }
        return element.bytes[first...last]
    }
}
