public import DICOM

/// Finds the region of interest of an image, from whatever source the policy allows.
public enum RegionFinder {
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
        let (rows, columns) = (planes.rows, planes.columns)
        guard policy.scope == .regionOfNonInterest else { return FoundRegion(rows: rows, columns: columns, without: .everywhere) }
        let shapes = policy.shapes.shapes(for: dataSet.uid(.sopInstanceUID))
        if !shapes.isEmpty {
            return FoundRegion(region: try RegionOfInterest(rows: rows, columns: columns, shapes: shapes), source: .shapes)
        }
        if policy.source != .anatomy,
            let annotated = policy.annotations.region(for: dataSet, description: description, native: native)
        {
            return annotated
        }
        guard policy.source != .annotations else {
            return FoundRegion(rows: rows, columns: columns, without: .none(.noAnnotation))
        }
        return AnatomyFinder(description: description, dataSet: dataSet).region(in: planes)
    }
}
