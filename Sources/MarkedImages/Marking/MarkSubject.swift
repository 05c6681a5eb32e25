import Basics
import DICOM
public import Marks
import StegoKit

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
    /// Decoded once, for the digests and for the mark.
    let pixels: FilePixels
    /// The digests of the frames that the mark signs, 32 bytes each.
    let digests: [[UInt8]]
    /// The earlier work of services on it.
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
            // An archive may have written the file anew since; its samples have to be those that were marked.
            guard restored.hasExactSamples else {
                throw MarkedImagesError(
                    .badData, "\(name): it carries a mark that cannot be taken off exactly; see 'verify', and mark the original")
            }
            let file = try DICOMFile(bytes: restored.bytes, name: name)
            self.init(file, try FilePixels(of: file), reading.chain, reading.frames.first?.body?.binding.startPoint)
        } else {
            self.init(given, reading.pixels, CustodyChain(), nil)
        }
    }

    private init(_ file: DICOMFile, _ pixels: FilePixels, _ chain: CustodyChain, _ startPoint: MarkBinding.StartPoint?) {
        (self.file, self.pixels, self.chain, self.startPoint) = (file, pixels, chain, startPoint)
        instance = file.instanceName
        series = file.dataSet.string(.seriesInstanceUID) ?? ""
        place = SeriesPlace(of: file.dataSet)
        let instance = instance
        digests = pixels.digests(instance: instance)
        images = digests.enumerated().map {
            SeriesManifest.Image(instance: instance, frame: $0, digest: $1)
        }
    }

    /// The file without an earlier mark.
    var fileBytes: [UInt8] { file.bytes }

    /// Bytes that it holds in memory: the file, and its samples decoded.
    public var byteCount: Int { file.bytes.count + pixels.byteCount }

    /// The image of each frame as it is to be marked; none where the mark is about bytes that are no samples.
    public var frames: [MarkImage] { pixels.images }

    /// The file as a slice of a volume.
    ///
    /// - Throws: as ``VolumeSlice/init(_:name:)``.
    public func volumeSlice() throws -> VolumeSlice { try VolumeSlice(file) }

    /// The file with its volume's mark.
    ///
    /// - Throws: as ``VolumeMarker/mark(_:name:siteKey:)``.
    public func marked(by marker: VolumeMarker, siteKey: [UInt8]) throws -> MarkSubject {
        let bytes = try marker.mark(file.bytes, name: file.name, siteKey: siteKey)
        let marked = try DICOMFile(bytes: bytes, name: file.name)
        return MarkSubject(marked, try FilePixels(of: marked), chain, startPoint)
    }
}

/// The region of interest of a file that is to be marked around it: what a reader looks at, by annotations that the file has or by its anatomy.
struct KeptRegion {
    /// `nil` where every sample may change.
    private let region: RegionOfInterest?
    /// Why nothing can be put around it: no region is told from a background, so that all of the image may be of interest.
    let obstacle: String?

    static let none = KeptRegion(region: nil, obstacle: nil)

    private init(region: RegionOfInterest?, obstacle: String?) { (self.region, self.obstacle) = (region, obstacle) }

    /// - Throws: `DICOMError` if the pixels cannot be decoded.
    init(of file: DICOMFile) throws {
        let found = try RegionFinder.region(for: try ImageSamples(of: file), of: file, policy: RegionPolicy())
        if case .none(let absence) = found.source {
            self.init(region: nil, obstacle: "no region of interest is told from a background: \(absence)")
        } else {
            self.init(region: found.region, obstacle: nil)
        }
    }

    /// Whether a sample of the region lies in a rectangle of the image.
    func touches(_ area: BlockArea) -> Bool {
        guard let region else { return false }
        return (area.top..<area.bottom).contains { row in
            region.isInside[row * region.columns + area.left..<row * region.columns + area.right].contains(true)
        }
    }
}
