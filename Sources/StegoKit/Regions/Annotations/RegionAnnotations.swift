import DICOM

/// Regions that DICOM objects bring along: overlays in the images themselves, and the segmentations and structure sets of a study.
public struct RegionAnnotations: Hashable, Sendable {
    public init() {}

    /// The regions that belong to an image.
    ///
    /// - Returns: `nil` when none does.
    func region(for dataSet: DataSet, description: PixelDescription, native: [UInt8]?) -> FoundRegion? { nil }
}
