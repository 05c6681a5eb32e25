import DICOM
import Foundation
import Reports
import Testing

/// A study made up here, and a report on it.
enum Fixtures {
    static let studyUID = "1.2.826.0.1.3680043.10.1.1"

    static func image(_ number: Int, frames: Int = 1, change: (inout DataSet) -> Void = { _ in }) throws -> DICOMFile {
        var dataSet = DataSet()
        dataSet.set(.specificCharacterSet, .CS, "ISO_IR 100")
        dataSet.set(.sopClassUID, .UI, "1.2.840.10008.5.1.4.1.1.2")
        dataSet.set(.sopInstanceUID, .UI, "\(studyUID).2.\(number)")
        dataSet.set(.studyInstanceUID, .UI, studyUID)
        dataSet.set(.seriesInstanceUID, .UI, "\(studyUID).\(1 + number % 2)")
        dataSet.set(.modality, .CS, "CT")
        // Müller in ISO 8859-1.
        dataSet.set(DataElement(.patientName, .PN, bytes: [0x4D, 0xFC] + Array("ller^Anna".utf8)))
        dataSet.set(.patientID, .LO, "0815")
        dataSet.set(.patientBirthDate, .DA, "19700102")
        dataSet.set(.patientSex, .CS, "F")
        dataSet.set(.studyDate, .DA, "20261120")
        dataSet.set(.studyTime, .TM, "081500")
        dataSet.set(.accessionNumber, .SH, "A77")
        dataSet.set(.studyDescription, .LO, "CT chest")
        if frames > 1 { dataSet.set(.numberOfFrames, .IS, integers: [frames]) }
        for (tag, value) in [
            (Tag.samplesPerPixel, 1), (.rows, 32), (.columns, 32), (.bitsAllocated, 16), (.bitsStored, 12), (.highBit, 11),
            (.pixelRepresentation, 0),
        ] { dataSet.set(tag, .US, integers: [value]) }
        dataSet.set(.photometricInterpretation, .CS, "MONOCHROME2")
        change(&dataSet)
        let samples = (0..<32 * 32 * frames).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8 & 7)] }
        let bytes = try DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian, pixels: .native(samples))
        return try DICOMFile(bytes: bytes, name: "image \(number)")
    }

    static let text = """
        Klinische Angaben: Sturz auf der Treppe.
        Befund:
        Kein Pneumothorax. Alte Rippenfraktur links.
        שלום — 肺炎?

        Zweiter Absatz.
        Beurteilung: Kein frischer Befund.
        Empfehlung
        Kontrolle in 6 Wochen.
        """

    static func report(_ images: [DICOMFile], isPreliminary: Bool = false, text: String = text) throws -> Report {
        let references = images.compactMap { ImageReference($0.dataSet) }
        let key = images.prefix(1).compactMap { ImageReference($0.dataSet, frames: [1]) }
        return Report(
            text: try ReportText(Array(text.utf8)), author: "Lee^Robin", organization: "Radiologie Süd",
            time: Date(timeIntervalSince1970: 1_795_259_087), isPreliminary: isPreliminary, title: "Report, version 2, corrected",
            urgency: "Critical, category 1: the clinic must know within minutes.", language: ("de", "German"), keyImages: key,
            evidence: references,
            predecessor: ImageReference(
                studyUID: studyUID, seriesUID: "\(studyUID).9", sopClassUID: StructuredReport.sopClass,
                sopInstanceUID: "\(studyUID).9.1"))
    }
}
