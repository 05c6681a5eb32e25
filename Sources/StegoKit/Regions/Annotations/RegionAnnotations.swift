public import DICOM

/// Regions that DICOM objects bring along for the images of their study: segmentations and structure sets.
///
/// Overlays and the regions of ultrasound are in the images themselves and need not be added.
public struct RegionAnnotations: Hashable, Sendable {
    private var segmentations = SegmentationMasks()
    private var structures = StructureSetContours()

    public init() {}

    /// Whether ``add(_:)`` takes anything from an object of this kind.
    public static func areIn(_ dataSet: DataSet) -> Bool {
        dataSet.uid(.sopClassUID).map { SegmentationMasks.sopClasses.contains($0) || $0 == StructureSetContours.sopClass } ?? false
    }

    /// Adds the regions of an object, if it is a segmentation or a structure set; any other object adds nothing.
    ///
    /// - Throws: ``RegionError`` `invalidAnnotation` for a segmentation that cannot be decoded.
    public mutating func add(_ file: DICOMFile) throws(RegionError) {
        guard let sopClass = file.dataSet.uid(.sopClassUID) else { return }
        if SegmentationMasks.sopClasses.contains(sopClass) { segmentations.merge(try SegmentationMasks(file)) }
        if sopClass == StructureSetContours.sopClass { structures.merge(StructureSetContours(file.dataSet)) }
    }

    /// Adds all that another collection holds.
    public mutating func merge(_ other: RegionAnnotations) {
        segmentations.merge(other.segmentations)
        structures.merge(other.structures)
    }

    /// Whether nothing has been added.
    public var isEmpty: Bool { self == RegionAnnotations() }

    /// The regions that belong to an image, and the kinds of annotation that they are from; `nil` when none does.
    ///
    /// - Parameter overlays: of the image.
    func mask(
        for dataSet: DataSet, description: PixelDescription, overlays: OverlayPlanes
    ) -> (mask: BitMask, kinds: [AnnotationKind])? {
        let (rows, columns) = (description.rows, description.columns)
        let instance = dataSet.uid(.sopInstanceUID)
        let planes = isEmpty ? [] : ImagePlane.planes(of: dataSet)
        let sources: [(AnnotationKind, BitMask?)] = [
            (.structureSet, structures.mask(instance: instance, planes: planes, rows: rows, columns: columns)),
            (.segmentation, segmentations.mask(instance: instance, planes: planes, rows: rows, columns: columns)),
            (.overlay, overlays.regions.isEmpty ? nil : overlays.regions),
            (.ultrasoundRegion, UltrasoundRegions.mask(of: dataSet, rows: rows, columns: columns)),
        ]
        var result = BitMask(rows: rows, columns: columns)
        var kinds: [AnnotationKind] = []
        for case (let kind, let mask?) in sources {
            result.formUnion(mask)
            kinds.append(kind)
        }
        return kinds.isEmpty ? nil : (result, kinds)
    }
}

/// The regions of an ultrasound image (PS3.3 §C.8.5.5): where on the screen images, sweeps and spectra are.
enum UltrasoundRegions {
    /// A region that is the whole screen says nothing.
    private static let greatestCoverage = 0.98
    /// Tissue, colour flow, spectra, sweeps, traces; not graphics (5).
    private static let formats = 1...4

    /// The union of the regions; `nil` when there are none, or none that fit the image (headers survive cropping and scaling).
    static func mask(of dataSet: DataSet, rows: Int, columns: Int) -> BitMask? {
        var mask = BitMask(rows: rows, columns: columns)
        for item in dataSet.items(.sequenceOfUltrasoundRegions) {
            guard let format = item.integer(.regionSpatialFormat), formats.contains(format) else { continue }
            guard let left = item.integer(.regionLocationMinX0), let top = item.integer(.regionLocationMinY0),
                let right = item.integer(.regionLocationMaxX1), let bottom = item.integer(.regionLocationMaxY1),
                left >= 0, top >= 0, left < right, top < bottom, right <= columns, bottom <= rows
            else { return nil }
            // The last column and row are inside.
            mask.fill(x: left, y: top, width: right - left + 1, height: bottom - top + 1)
        }
        return mask.isEmpty || mask.coverage > greatestCoverage ? nil : mask
    }
}
