import DICOM
import Foundation

/// The beginning of every document of a reply: the study's modules, a series of its own, the equipment and the object's identity.
struct DocumentHeader {
    /// The series of one reply's documents have numbers from here, so that viewers list them behind the images.
    static let firstSeriesNumber = 9000
    static let manufacturer = "Veilray"

    var dataSet: DataSet

    /// - Parameters:
    ///   - modality: of the series: `SR`, `DOC`, `KO`, `OT`.
    ///   - seriesNumber: counted from ``firstSeriesNumber``.
    init(
        _ study: StudyModules, sopClass: String, identity: DocumentIdentity, modality: String, seriesNumber: Int, description: String,
        time: Date
    ) {
        var dataSet = DataSet(study.elements)
        dataSet.set(.specificCharacterSet, .CS, CharacterSet.unicode)
        dataSet.set(.sopClassUID, .UI, sopClass)
        dataSet.set(.sopInstanceUID, .UI, identity.instanceUID)
        dataSet.set(.studyInstanceUID, .UI, study.studyUID)
        dataSet.set(.seriesInstanceUID, .UI, identity.seriesUID)
        dataSet.set(.modality, .CS, modality)
        dataSet.set(.seriesNumber, .IS, integers: [seriesNumber])
        dataSet.set(.seriesDescription, .LO, DICOMText.long(description))
        dataSet.set(.instanceNumber, .IS, integers: [1])
        dataSet.set(.manufacturer, .LO, Self.manufacturer)
        dataSet.set(.contentDate, .DA, DICOMText.date(time))
        dataSet.set(.contentTime, .TM, DICOMText.time(time))
        dataSet.set(.timezoneOffsetFromUTC, .SH, "+0000")
        self.dataSet = dataSet
    }

    func file() throws(DICOMError) -> [UInt8] { try DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian) }
}

/// UIDs of one document.
public struct DocumentIdentity: Sendable, Hashable {
    public let seriesUID: String
    public let instanceUID: String

    /// New ones.
    public init() {
        var generator = SystemRandomNumberGenerator()
        func uid() -> String { UniqueIdentifier.fromUUID((0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }) }
        (seriesUID, instanceUID) = (uid(), uid())
    }

    public init(seriesUID: String, instanceUID: String) {
        self.seriesUID = seriesUID
        self.instanceUID = instanceUID
    }
}

/// Values as DICOM writes them.
enum DICOMText {
    /// `LO`: 64 characters at most, without backslash and control characters.
    static func long(_ text: String) -> String {
        String(text.map { $0 == "\\" ? "/" : $0 }.filter { !$0.isNewline && $0 != "\t" }.prefix(64))
    }

    /// `PN`: what people write is one family name, unless it has components already.
    static func personName(_ name: String) -> String {
        let components = long(name).replacing("=", with: "-").split(separator: "^", omittingEmptySubsequences: false).prefix(5)
        return components.joined(separator: "^")
    }

    /// `DA` in UTC.
    static func date(_ time: Date) -> String { digits(time).date }

    /// `TM` in UTC.
    static func time(_ time: Date) -> String { digits(time).time }

    /// `DT` in UTC.
    static func dateTime(_ time: Date) -> String { digits(time).date + digits(time).time + "+0000" }

    private static func digits(_ time: Date) -> (date: String, time: String) {
        // 2026-11-21T11:04:47Z
        let text = time.formatted(.iso8601).filter(\.isNumber)
        return (String(text.prefix(8)), String(text.dropFirst(8).prefix(6)))
    }
}

/// The patient and study modules of a study, taken from one of its files, for documents that belong to the same study.
///
/// Values are taken byte by byte. Where the file's text is in a character set of its own, it is written as UTF-8, since a document has
/// one character set and the report is in UTF-8.
public struct StudyModules: Sendable {
    /// Elements of the patient module, the general study module and the patient study module (PS3.3 §C.7.1.1, §C.7.2.1, §C.7.2.2) with
    /// their value representations. Type 2: there, and empty where the file has none.
    private static let required: [(Tag, ValueRepresentation)] = [
        (.patientName, .PN), (.patientID, .LO), (.patientBirthDate, .DA), (.patientSex, .CS), (.studyDate, .DA), (.studyTime, .TM),
        (.accessionNumber, .SH), (.referringPhysicianName, .PN), (.studyID, .SH),
    ]
    /// Type 3: there where the file has them.
    private static let optional: [(Tag, ValueRepresentation)] = [
        (.issuerOfPatientID, .LO), (.studyDescription, .LO), (.patientAge, .AS), (.patientSize, .DS), (.patientWeight, .DS),
    ]

    public let studyUID: String
    public let patientID: String?
    /// The modality of the file that they were taken from.
    public let modality: String?
    let elements: [DataElement]
    /// Elements whose text could not be read, and of which only the ASCII characters are kept.
    public let unreadable: [Tag]

    /// `nil` when the file names no study.
    public init?(of file: DataSet) {
        guard let studyUID = file.uid(.studyInstanceUID) else { return nil }
        self.studyUID = studyUID
        patientID = file.string(.patientID)
        modality = file.string(.modality)
        let characters = CharacterSet(of: file)
        var (elements, unreadable): ([DataElement], [Tag]) = ([], [])
        func take(_ tag: Tag, _ vr: ValueRepresentation, _ bytes: ArraySlice<UInt8>) {
            guard vr.usesCharacterSet else { return elements.append(DataElement(tag, vr, bytes: Array(bytes))) }
            if let text = characters.text(bytes) { return elements.append(DataElement(tag, vr, bytes: Array(text.utf8))) }
            unreadable.append(tag)
            elements.append(DataElement(tag, vr, bytes: bytes.map { $0 < 0x80 ? $0 : UInt8(ascii: "?") }))
        }
        for (tag, vr) in Self.required { take(tag, vr, file[tag]?.bytes ?? []) }
        for (tag, vr) in Self.optional {
            if let element = file[tag], !element.bytes.isEmpty { take(tag, vr, element.bytes) }
        }
        self.elements = elements
        self.unreadable = unreadable
    }

    /// A value as people read it: without padding.
    public func text(_ tag: Tag) -> String? {
        elements.first { $0.tag == tag }.flatMap { $0.strings.first }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
