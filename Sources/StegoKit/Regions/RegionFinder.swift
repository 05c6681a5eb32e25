public import DICOM

/// Finds the region of interest of an image, from whatever source the policy allows.
public enum RegionFinder {
    /// The region of interest of an image in a file whose samples are at hand.
    ///
    /// Decodes the file's pixels once more, only where overlays are in the unused bits of their words.
    /// - Throws: ``RegionError``, and `DICOMError` if the pixels cannot be decoded again.
    public static func region(for samples: ImageSamples, of file: DICOMFile, policy: RegionPolicy) throws -> FoundRegion {
        let needsNative = policy.scope == .regionOfNonInterest && OverlayPlanes.areInPixelData(of: file.dataSet)
        let decoded = try needsNative ? PixelCodec.decode(file) : nil
        return try region(
            for: samples.planes, description: decoded?.0 ?? samples.description, dataSet: file.dataSet, native: decoded?.1, policy: policy)
    }

    /// The region of interest of one image. Blocks while it computes: a few milliseconds for 512 × 512 samples.
    ///
    /// - Parameters:
    ///   - planes: the image's levels, of the colour model that the description names.
    ///   - description: of the decoded pixels.
    ///   - dataSet: the image's header; read are the modality, the rescale, overlays, the place in the patient and the instance's UID.
    ///   - native: the decoded pixel data, for overlays in the unused bits of its words; `nil` to leave those out.
    /// - Throws: ``RegionError`` for shapes that are wrong or lie outside this image.
    public static func region(
        for planes: SamplePlanes, description: PixelDescription, dataSet: DataSet, native: [UInt8]? = nil, policy: RegionPolicy
    ) throws(RegionError) -> FoundRegion {
        if let known = try regionWithoutLooking(description, dataSet, native, policy) { return known }
        return AnatomyFinder(description: description, dataSet: dataSet).region(in: planes)
            .joined(with: OverlayPlanes(of: dataSet, description: description, native: native).graphics)
    }

    /// The same of an image whose frames are read one by one, without overlays in unused bits.
    ///
    /// - Parameter anatomy: what the frames show; asked only where it counts.
    /// - Throws: ``RegionError``; the errors of `anatomy`.
    static func region(
        description: PixelDescription, dataSet: DataSet, policy: RegionPolicy, anatomy: (AnatomyFinder) throws -> FoundRegion
    ) throws -> FoundRegion {
        if let known = try regionWithoutLooking(description, dataSet, nil, policy) { return known }
        return try anatomy(AnatomyFinder(description: description, dataSet: dataSet))
            .joined(with: OverlayPlanes(of: dataSet, description: description, native: nil).graphics)
    }

    /// - Returns: `nil` where the anatomy counts.
    private static func regionWithoutLooking(
        _ description: PixelDescription, _ dataSet: DataSet, _ native: [UInt8]?, _ policy: RegionPolicy
    ) throws(RegionError) -> FoundRegion? {
        let (rows, columns) = (description.rows, description.columns)
        guard policy.scope == .regionOfNonInterest else {
            return FoundRegion(rows: rows, columns: columns, without: .everywhere)
        }
        let shapes = policy.shapes.shapes(for: dataSet.uid(.sopInstanceUID))
        if !shapes.isEmpty {
            return FoundRegion(region: try RegionOfInterest(rows: rows, columns: columns, shapes: shapes), source: .shapes)
        }
        let overlays = OverlayPlanes(of: dataSet, description: description, native: native)
        if policy.source != .anatomy,
            let annotated = policy.annotations.mask(for: dataSet, description: description, overlays: overlays)
        {
            let mask = annotated.mask.union(overlays.graphics)
            return FoundRegion(region: RegionOfInterest(mask), source: .annotations(annotated.kinds))
        }
        return policy.source == .annotations ? graphics(overlays) : nil
    }

    /// Drawings alone, where nothing but annotations was asked for.
    private static func graphics(_ overlays: OverlayPlanes) -> FoundRegion {
        guard !overlays.graphics.isEmpty else {
            return FoundRegion(rows: overlays.graphics.rows, columns: overlays.graphics.columns, without: .none(.noAnnotation))
        }
        return FoundRegion(region: RegionOfInterest(overlays.graphics), source: .annotations([.overlay]))
    }
}

extension FoundRegion {
    /// With what is drawn upon the image, which points at what matters. Where there is no region, drawings make none.
    fileprivate func joined(with graphics: BitMask) -> FoundRegion {
        guard case .anatomy = source, !graphics.isEmpty else { return self }
        return FoundRegion(region: RegionOfInterest(region.mask.union(graphics)), source: source)
    }
}

/// A caller's choices about the regions of its images.
public struct RegionPolicy: Hashable, Sendable {
    /// The samples that may change.
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
