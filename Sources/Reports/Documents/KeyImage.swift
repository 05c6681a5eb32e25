import Basics
import DICOM

/// A key image as an object of the reply: a secondary capture with the original's samples, whose header holds the report's text.
///
/// When the reply is sealed, an image's header travels in its pixels. So the report's text does, too.
public enum KeyImage {
    private static let single = "1.2.840.10008.5.1.4.1.1.7"

    /// What the pixels need to be understood (PS3.3 §C.7.6.3, §C.11.1, §C.11.2).
    private static let copied: [Tag] = [
        .samplesPerPixel, .photometricInterpretation, .planarConfiguration, .rows, .columns, .pixelAspectRatio, .bitsAllocated,
        .bitsStored, .highBit, .pixelRepresentation, .pixelSpacing, .rescaleIntercept, .rescaleSlope, .rescaleType, .windowCenter,
        .windowWidth, .voiLUTFunction, .lossyImageCompression, .lossyImageCompressionRatio,
        .lossyImageCompressionMethod, .patientOrientation, .laterality, .bodyPartExamined,
    ]

    /// - Parameters:
    ///   - image: of the study that is answered.
    ///   - number: of the key image in the reply, from 1.
    /// - Returns: `nil` for an image that has several frames, or samples that are encoded: the report's text goes another way.
    /// - Throws: `DICOMError`
    public static func file(
        of image: DICOMFile, _ report: Report, study: StudyModules, identity: DocumentIdentity, number: Int
    ) throws -> [UInt8]? {
        guard let pixels = image.pixels, pixels.frames == 1, let range = image.pixelDataRange, image.nativePixelOrder == .littleEndian,
            pixels.bitsAllocated % 8 == 0, let reference = ImageReference(image.dataSet)
        else { return nil }
        var header = DocumentHeader(
            study, sopClass: single, identity: identity, modality: image.dataSet.string(.modality) ?? "OT",
            seriesNumber: DocumentHeader.firstSeriesNumber + 3, description: "Key images with report", time: report.time)
        header.dataSet.set(.instanceNumber, .IS, integers: [number])
        // Type 2C: there, if only without a value.
        header.dataSet.set(.patientOrientation, .CS, strings: [])
        header.dataSet.set(.laterality, .CS, strings: [])
        for tag in copied {
            if let element = image.dataSet[tag], !element.isEmpty { header.dataSet.set(element) }
        }
        header.dataSet.set(.conversionType, .CS, "WSD")
        header.dataSet.set(.imageType, .CS, strings: ["DERIVED", "SECONDARY"])
        header.dataSet.set(.derivationDescription, .ST, "Key image of a report; the samples are the original's")
        header.dataSet.set(.sourceImageSequence, sequence: [reference.sopItem])
        try CarriedText.put(report.text, into: &header.dataSet)
        return try DICOMWriter.write(
            dataSet: header.dataSet, transferSyntax: .explicitLittleEndian, pixels: .native(Array(image.expanded[range])))
    }
}
