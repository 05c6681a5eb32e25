import Basics
import DICOM
import Marks

/// A file as it is to be marked: an earlier mark has been taken off it.
public struct MarkSubject: Sendable {
    /// SOP Instance UID, or the file's own name where it has none.
    public let instance: String
    /// Series Instance UID; empty where there is none.
    public let series: String
    /// Its images for the manifest of its series.
    public let images: [SeriesManifest.Image]
    /// Where it belongs among the files of its series.
    public let place: SeriesPlace
    let file: DICOMFile
    /// What services have done with it before.
    let chain: CustodyChain
    let startPoint: MarkBinding.StartPoint?

    /// Takes a file apart, and an earlier mark off.
    ///
    /// - Throws: `DICOMError`, and `MarkedImagesError` where an earlier mark cannot be taken off exactly.
    public init(_ bytes: [UInt8], name: String) throws {
        let given = try DICOMFile(bytes: bytes, name: name)
        let reading = try FileReading(given, IssuerDirectory())
        if reading.isMarked {
            let restored = try FileUnmarker.restore(reading)
            guard restored.isExact else {
                throw MarkedImagesError(
                    .badData, "\(name): it carries a mark that cannot be taken off exactly; see 'verify', and mark the original")
            }
            file = try DICOMFile(bytes: restored.bytes, name: name)
            chain = reading.chain
            startPoint = reading.frames.first?.body?.binding.startPoint
        } else {
            (file, chain, startPoint) = (given, CustodyChain(), nil)
        }
        instance = file.instanceName
        series = file.dataSet.string(.seriesInstanceUID) ?? ""
        place = SeriesPlace(of: file.dataSet)
        let instance = instance
        images = try FilePixels(of: file).digests(instance: instance).enumerated().map {
            SeriesManifest.Image(instance: instance, frame: $0, digest: $1)
        }
    }
}
