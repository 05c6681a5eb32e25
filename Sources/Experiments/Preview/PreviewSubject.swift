import Basics
import CommandLineSupport
import DICOM
import Sending
import StegoKit

/// An image, its region of interest, and what a payload that was really hidden did to it.
struct PreviewSubject: Sendable {
    let description: PixelDescription
    let dataSet: DataSet
    let original: SamplePlanes
    /// With the fill and the region of interest.
    let cover: SamplePlanes
    let region: FoundRegion
    let redaction: ShownRedaction
    let method: EmbeddingMethod
    let payloadByteCount: Int
    let outcome: Outcome
    private let key: InstanceKey

    enum Outcome: Sendable {
        case embedded(SamplePlanes, QualityReport)
        /// So many bytes surely fit.
        case tooLarge(capacity: Int)
        /// Nothing is hidden in such pixels.
        case untouched(reason: String)
    }

    /// Decodes, finds the text and the region, and hides random bytes under a random key. Blocks while it computes.
    ///
    /// - Throws: `DICOMError`, `StegoError`, `RegionError`, `EmbeddingError`; `OperationFailure` for objects without an image.
    init(of file: DICOMFile, policy: RegionPolicy, redaction: RedactionPolicy, method: EmbeddingMethod, payloadByteCount: Int) throws {
        guard file.pixels != nil else { throw OperationFailure(.badData, "\(file.name): it has no image") }
        let samples = try ImageSamples(of: file)
        description = samples.description
        dataSet = file.dataSet
        self.redaction = ShownRedaction(of: samples, in: file, policy: redaction)
        region = try RegionFinder.region(for: samples, of: file, policy: policy)
        var planes = self.redaction.filled(samples.planes)
        original = samples.planes
        planes.regionOfInterest = region.region.isEmpty ? nil : region.region
        cover = planes
        self.method = method
        self.payloadByteCount = payloadByteCount
        key = StudyKey().instanceKey(for: "2.25.1")
        if let reason = Self.obstacle(to: file, description) {
            outcome = .untouched(reason: reason)
            return
        }
        var generator = SystemRandomNumberGenerator()
        let payload = (0..<payloadByteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        do {
            _ = try method.embed(payload, into: &planes, key: key)
            outcome = .embedded(planes, try QualityReport(cover: cover, stego: planes))
        } catch {
            guard case .payloadTooLarge(let capacity) = error.code else { throw error }
            outcome = .tooLarge(capacity: capacity)
        }
    }

    /// Why nothing is hidden in the pixels of such an image; `nil` where something is.
    private static func obstacle(to file: DICOMFile, _ description: PixelDescription) -> String? {
        guard !file.isPixelDataEncapsulated || file.transferSyntax.isLossless == true else {
            return "it is lossy-compressed; nothing is hidden in its pixels"
        }
        return description.photometricInterpretation == "PALETTE COLOR"
            ? "its samples are indices of a palette; nothing is hidden in them" : nil
    }

    /// The planes of a frame, the first counted 0; one a colour.
    func planes(ofFrame frame: Int) -> Range<Int> {
        let first = frame * description.samplesPerPixel
        return first..<first + description.samplesPerPixel
    }

    /// The edges of one frame, by what its share of the payload needs.
    func edges(ofFrame frame: Int) throws -> EdgeClasses {
        var one = try SamplePlanes(
            rows: cover.rows, columns: cover.columns, bitsStored: cover.bitsStored, planes: Array(cover.planes[planes(ofFrame: frame)]),
            forbiddenLevels: cover.forbiddenLevels)
        one.regionOfInterest = cover.regionOfInterest
        return EdgeClasses(of: one, payloadByteCount: max(1, payloadByteCount / max(1, description.frames)), key: key)
    }
}
