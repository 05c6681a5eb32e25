import DICOM

/// The closed contours of a radiotherapy structure set (PS3.3 §A.19, §C.8.8.6), in millimetres in the patient.
struct StructureSetContours: Hashable, Sendable {
    private struct Contour: Hashable, Sendable {
        /// The images that the contour says it was drawn on; may be empty.
        let instances: [String]
        let frameOfReference: String?
        let points: [PatientPoint]
    }

    private var contours: [Contour] = []

    static let sopClass = "1.2.840.10008.5.1.4.1.1.481.3"

    init() {}

    /// Open contours and points are no regions and left out, as are contours with unreadable coordinates.
    init(_ dataSet: DataSet) {
        let references = Dictionary(
            dataSet.items(.structureSetROISequence).compactMap { item in
                item.integer(.roiNumber).map { ($0, item.uid(.referencedFrameOfReferenceUID)) }
            }, uniquingKeysWith: { first, _ in first })
        for structure in dataSet.items(.roiContourSequence) {
            let frameOfReference = structure.integer(.referencedROINumber).flatMap { references[$0] ?? nil }
            for item in structure.items(.contourSequence) {
                guard item.string(.contourGeometricType)?.hasPrefix("CLOSED") == true else { continue }
                let numbers = item.decimals(.contourData)
                guard numbers.count >= 9, numbers.count % 3 == 0 else { continue }
                contours.append(
                    Contour(
                        instances: item.items(.contourImageSequence).compactMap { $0.uid(.referencedSOPInstanceUID) },
                        frameOfReference: frameOfReference,
                        points: stride(from: 0, to: numbers.count, by: 3).map {
                            PatientPoint(numbers[$0], numbers[$0 + 1], numbers[$0 + 2])
                        }))
            }
        }
    }

    mutating func merge(_ other: StructureSetContours) { contours += other.contours }

    /// The part of an image that the contours enclose, with the samples that they pass through; `nil` when none belongs to it.
    func mask(instance: String?, planes: [ImagePlane], rows: Int, columns: Int) -> BitMask? {
        var mask = BitMask(rows: rows, columns: columns)
        for contour in contours {
            for plane in planes where Self.belongs(contour, to: instance, plane) {
                mask.fill(polygon: contour.points.map(plane.place))
            }
        }
        // A contour is mostly drawn from one sample's centre to the next; those belong to what it encloses.
        return mask.isEmpty ? nil : mask.dilated(radius: 1)
    }

    /// A contour belongs to the image that it names, and one without a name to every image in whose slice it lies.
    private static func belongs(_ contour: Contour, to instance: String?, _ plane: ImagePlane) -> Bool {
        guard contour.instances.isEmpty else { return instance.map(contour.instances.contains) ?? false }
        guard contour.frameOfReference == nil || contour.frameOfReference == plane.frameOfReference else { return false }
        return contour.points.allSatisfy { abs(plane.distance(of: $0)) <= plane.reach }
    }
}
