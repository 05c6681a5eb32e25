/// The names under which a file is handed to another application (PS3.4 Annex B), and the place at which the data set begins that is sent.
public struct StorageIdentity: Sendable, Hashable {
    public let sopClassUID: String
    public let sopInstanceUID: String
    /// Of the data set as it stands in the file.
    public let transferSyntaxUID: String
    /// Bytes of preamble, prefix and file meta information, which are not sent.
    public let dataSetOffset: Int

    /// Reads the file meta information, and the data set where that does not say enough.
    ///
    /// - Parameter bytes: the file, or its beginning: then only what the file meta information says is found.
    /// - Throws: ``DICOMError``; `malformed` where the file does not say what it is.
    public init(of bytes: [UInt8]) throws(DICOMError) {
        let prologue = try FilePrologue(bytes)
        var (sopClass, instance) = (
            prologue.metaInformation.string(.mediaStorageSOPClassUID), prologue.metaInformation.string(.mediaStorageSOPInstanceUID)
        )
        if sopClass == nil || instance == nil {
            let dataSet = try DICOMFile(bytes: bytes, name: "").dataSet
            (sopClass, instance) = (sopClass ?? dataSet.string(.sopClassUID), instance ?? dataSet.string(.sopInstanceUID))
        }
        guard let sopClass, let instance, UniqueIdentifier.isValid(sopClass), UniqueIdentifier.isValid(instance) else {
            throw DICOMError(.malformed, "the file names no SOP class and instance")
        }
        sopClassUID = sopClass
        sopInstanceUID = instance
        transferSyntaxUID = prologue.transferSyntax.uid
        dataSetOffset = prologue.dataSetOffset
    }
}

/// The study that a file belongs to, in the words that people know it by. It identifies a patient: show it on the side that may know it,
/// and neither send nor log it.
public struct StudyHeading: Codable, Sendable, Equatable {
    public var patientName: String?
    public var patientID: String?
    /// StudyDate as it stands in the file: YYYYMMDD.
    public var studyDate: String?
    public var studyDescription: String?
    public var modality: String?

    public init(_ dataSet: DataSet) {
        func text(_ tag: Tag) -> String? { dataSet.string(tag).map(Self.harmless) }
        patientName = text(.patientName)
        patientID = text(.patientID)
        studyDate = text(.studyDate)
        studyDescription = text(.studyDescription)
        modality = text(.modality)
    }

    /// A file's words must not move a terminal's cursor.
    private static func harmless(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }

    /// Name and number of the patient, as far as they are there.
    public var patient: String { [patientName, patientID].compactMap(\.self).joined(separator: ", ") }
}
