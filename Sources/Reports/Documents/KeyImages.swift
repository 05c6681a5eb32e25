import Basics
import DICOM

/// Key images of a report, as Key Object Selection Document (PS3.3 §A.35.4) after template TID 2010.
public enum KeyObjects {
    public static let sopClass = "1.2.840.10008.5.1.4.1.1.88.59"

    /// The objects of a report; `nil` when it names no key images.
    ///
    /// - Throws: `DICOMError`
    public static func file(_ report: Report, of study: StudyModules, identity: DocumentIdentity) throws -> [UInt8]? {
        guard !report.keyImages.isEmpty else { return nil }
        var header = DocumentHeader(
            study, sopClass: sopClass, identity: identity, modality: "KO", seriesNumber: DocumentHeader.firstSeriesNumber + 2,
            description: "Key images", time: report.time)
        header.dataSet.set(.referencedPerformedProcedureStepSequence, sequence: [])
        header.dataSet.set(.currentRequestedProcedureEvidenceSequence, sequence: ImageReference.hierarchy(report.keyImages))
        let content =
            ContentItem.context(of: report)
            + [.contains(.text(CodedConcept("113012", .dicom, "Key Object Description"), report.title))]
            + report.keyImages.map { .contains(.image($0)) }
        for element in ContentItem.container(CodedConcept("113000", .dicom, "Of Interest"), content).dataSet { header.dataSet.set(element) }
        header.dataSet.set(.contentTemplateSequence, sequence: [ContentItem.template("2010")])
        return try header.file()
    }
}

/// A key image as an object of the reply: a secondary capture with the original's samples, whose header holds the report's text.
///
/// When the reply is sealed, an image's header travels in its pixels. So the report's text does, too.
public enum KeyImage {
    private static let secondaryCapture = "1.2.840.10008.5.1.4.1.1.7"

    /// The attributes that the samples need to be understood, and those that stay true of one frame (PS3.3 §C.11.1, §C.11.2).
    private static let copied: [Tag] = [
        .pixelAspectRatio, .pixelSpacing, .rescaleIntercept, .rescaleSlope, .rescaleType, .windowCenter, .windowWidth, .voiLUTFunction,
        .lossyImageCompression, .lossyImageCompressionRatio, .lossyImageCompressionMethod, .patientOrientation, .laterality,
        .bodyPartExamined,
    ]

    /// - Parameters:
    ///   - image: of the study that is answered.
    ///   - frame: counted from 1.
    ///   - number: of the key image in the reply, from 1.
    /// - Throws: `DICOMError`, also for an image that cannot be decoded.
    public static func file(
        of image: DICOMFile, frame: Int = 1, _ report: Report, study: StudyModules, identity: DocumentIdentity, number: Int
    ) throws(DICOMError) -> [UInt8] {
        let (pixels, samples) = try PixelCodec.decode(image)
        guard pixels.bitsAllocated > 1, (1...pixels.frames).contains(frame), let reference = ImageReference(image.dataSet, frames: [frame])
        else { throw DICOMError(.noPixelData, "no key image can be made of frame \(frame)", file: image.name, tag: .pixelData) }
        var header = DocumentHeader(
            study, sopClass: secondaryCapture, identity: identity, modality: image.dataSet.string(.modality) ?? "OT",
            seriesNumber: DocumentHeader.firstSeriesNumber + 3, description: "Key images with report", time: report.time)
        header.dataSet.set(.instanceNumber, .IS, integers: [number])
        // Type 2C: there, if only without a value.
        header.dataSet.set(.patientOrientation, .CS, strings: [])
        header.dataSet.set(.laterality, .CS, strings: [])
        for tag in copied {
            if let element = image.dataSet[tag], !element.isEmpty { header.dataSet.set(element) }
        }
        describe(pixels, &header.dataSet)
        header.dataSet.set(.conversionType, .CS, "WSD")
        header.dataSet.set(.imageType, .CS, strings: ["DERIVED", "SECONDARY"])
        header.dataSet.set(.derivationDescription, .ST, "Key image of a report; the samples are the original's")
        header.dataSet.set(.sourceImageSequence, sequence: [reference.imageItem])
        try CarriedText.put(report.text, into: &header.dataSet)
        let start = (frame - 1) * pixels.frameByteCount
        return try DICOMWriter.write(
            dataSet: header.dataSet, transferSyntax: .explicitLittleEndian,
            pixels: .native(Array(samples[start..<start + pixels.frameByteCount])))
    }

    /// The image pixel module of one frame (PS3.3 §C.7.6.3).
    private static func describe(_ pixels: PixelDescription, _ dataSet: inout DataSet) {
        for (tag, value) in [
            (Tag.samplesPerPixel, pixels.samplesPerPixel), (.rows, pixels.rows), (.columns, pixels.columns),
            (.bitsAllocated, pixels.bitsAllocated), (.bitsStored, pixels.bitsStored), (.highBit, pixels.highBit),
            (.pixelRepresentation, pixels.isSigned ? 1 : 0),
        ] { dataSet.set(tag, .US, integers: [value]) }
        dataSet.set(.photometricInterpretation, .CS, pixels.photometricInterpretation)
        if pixels.samplesPerPixel > 1 { dataSet.set(.planarConfiguration, .US, integers: [pixels.planarConfiguration]) }
    }
}
