/// The region of interest of an image, and how it came about.
public struct FoundRegion: Hashable, Sendable {
    /// Where a region comes from.
    public enum Source: Hashable, Sendable {
        /// Every sample may change: it was asked for.
        case everywhere
        /// Rectangles and polygons that were given.
        case shapes
        /// What is stored with the images: which kinds of it.
        case annotations([AnnotationKind])
        /// Found in the image.
        case anatomy
        /// There is no region, so every sample may change; why.
        case none(Absence)
    }

    /// Why there is no region.
    public enum Absence: String, Hashable, Sendable, CaseIterable {
        /// The image has no contrast: there is nothing to see.
        case uniform
        /// No background can be told from the anatomy, or hardly any: the region would be the whole frame.
        case fillsFrame
        /// All that stands out is too small to be anatomy.
        case nothingFound
        /// Samples are indices of a palette, whose order means nothing.
        case palette
        /// Annotations were asked for, and none belongs to this image.
        case noAnnotation
    }

    /// Empty when there is none.
    public let region: RegionOfInterest
    public let source: Source

    /// The share of the image that is inside the region, 0 … 1.
    public var coverage: Double { region.coverage }

    init(region: RegionOfInterest, source: Source) {
        self.region = region
        self.source = source
    }

    init(rows: Int, columns: Int, without reason: Source) {
        self.init(region: RegionOfInterest(rows: rows, columns: columns), source: reason)
    }
}

/// The kinds of regions that DICOM objects bring along.
public enum AnnotationKind: String, Hashable, Sendable, CaseIterable {
    /// Overlay planes in the image itself (PS3.3 §C.9.2).
    case overlay
    /// A segmentation object (PS3.3 §A.51).
    case segmentation
    /// Contours of a radiotherapy structure set (PS3.3 §A.19).
    case structureSet = "structure set"
    /// The regions of an ultrasound image (PS3.3 §C.8.5.5).
    case ultrasoundRegion = "ultrasound region"
}

extension FoundRegion.Source: CustomStringConvertible {
    public var description: String {
        switch self {
        case .everywhere: "everywhere"
        case .shapes: "as given"
        case .annotations(let kinds): kinds.map(\.rawValue).joined(separator: ", ")
        case .anatomy: "anatomy"
        case .none(let reason): "none: \(reason)"
        }
    }
}

extension FoundRegion.Absence: CustomStringConvertible {
    public var description: String {
        switch self {
        case .uniform: "the image has no contrast"
        case .fillsFrame: "the anatomy fills the frame"
        case .nothingFound: "nothing in the image is large enough"
        case .palette: "the samples are indices of a palette"
        case .noAnnotation: "no annotation belongs to the image"
        }
    }
}
