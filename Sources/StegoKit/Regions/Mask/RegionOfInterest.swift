/// The samples of a frame that a reader looks at, which embedding must leave bit for bit as they are.
///
/// One region serves all planes: every colour and, in multi-frame images, every frame (the union of what is of interest in each).
public struct RegionOfInterest: Hashable, Sendable {
    /// Height of the image in samples.
    public let rows: Int
    /// Width of the image in samples.
    public let columns: Int
    /// Row-major, `rows × columns` flags: `true` inside the region.
    public private(set) var isInside: [Bool]

    /// An empty region.
    public init(rows: Int, columns: Int) {
        self.rows = max(0, rows)
        self.columns = max(0, columns)
        isInside = Array(repeating: false, count: self.rows * self.columns)
    }

    /// - Returns: `nil` unless there are `rows × columns` flags.
    public init?(rows: Int, columns: Int, isInside: [Bool]) {
        guard rows >= 0, columns >= 0, isInside.count == rows * columns else { return nil }
        self.rows = rows
        self.columns = columns
        self.isInside = isInside
    }

    init(_ mask: BitMask) {
        rows = mask.rows
        columns = mask.columns
        isInside = mask.flags
    }

    var mask: BitMask { BitMask(rows: rows, columns: columns, flags: isInside) }

    /// Samples inside, of one plane.
    public var sampleCount: Int { isInside.count { $0 } }

    public var isEmpty: Bool { !isInside.contains(true) }

    /// The share of the image that is inside, 0 … 1; 0 for an image without samples.
    public var coverage: Double { isInside.isEmpty ? 0 : Double(sampleCount) / Double(isInside.count) }

    /// The samples that lie in either region.
    ///
    /// - Returns: `nil` when the two are of different size.
    public func union(_ other: RegionOfInterest) -> RegionOfInterest? {
        guard rows == other.rows, columns == other.columns else { return nil }
        return RegionOfInterest(mask.union(other.mask))
    }

    /// The region and whatever is at most `margin` samples away from it, from centre to centre; what falls outside the image is cut off.
    ///
    /// - Parameter margin: at least 0; smaller ones count as 0, larger ones than the image as the image's size.
    /// - Complexity: O(rows · (margin + columns · margin / 64)).
    public func expanded(by margin: Int) -> RegionOfInterest {
        RegionOfInterest(mask.dilated(radius: min(max(0, margin), rows + columns)))
    }
}

/// The region of interest of an image, and how it came about.
public struct FoundRegion: Hashable, Sendable {
    /// Where a region comes from.
    public enum Source: Hashable, Sendable {
        /// Every sample may change: it was asked for.
        case everywhere
        /// Rectangles and polygons that were given.
        case shapes
        /// The kinds of annotations that are stored with the images.
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
