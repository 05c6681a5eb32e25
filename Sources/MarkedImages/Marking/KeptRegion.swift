import DICOM
import Marks
import StegoKit

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
