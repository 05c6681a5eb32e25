/// What a caller chose about the regions of its images.
public struct RegionPolicy: Hashable, Sendable {
    /// Which samples may change.
    public enum Scope: String, Codable, Hashable, Sendable, CaseIterable {
        /// All of them.
        case everywhere
        /// Those of the region of non-interest: outside the region of interest.
        case regionOfNonInterest = "roni"
    }

    /// Where the region of interest is taken from when no shapes are given.
    public enum Source: String, Codable, Hashable, Sendable, CaseIterable {
        /// Annotations that belong to the image, or, without any, its anatomy.
        case automatic = "auto"
        /// Annotations only.
        case annotations = "dicom"
        /// The anatomy only.
        case anatomy
    }

    public var scope: Scope
    public var source: Source
    /// Shapes given by the caller, which go before every other source.
    public var shapes: RegionShapes
    /// Segmentations and structure sets of the study.
    public var annotations: RegionAnnotations

    public init(
        scope: Scope = .regionOfNonInterest, source: Source = .automatic, shapes: RegionShapes = RegionShapes(),
        annotations: RegionAnnotations = RegionAnnotations()
    ) {
        self.scope = scope
        self.source = source
        self.shapes = shapes
        self.annotations = annotations
    }

    /// No region: every sample may change.
    public static let everywhere = RegionPolicy(scope: .everywhere)
}
