import DICOM

/// The place of a frame in the patient (PS3.3 §C.7.6.2).
struct ImagePlane: Hashable, Sendable {
    /// The centre of the first sample.
    let origin: PatientPoint
    /// Along a row, towards higher columns; of length 1.
    let alongRow: PatientPoint
    /// Along a column, towards higher rows; of length 1.
    let alongColumn: PatientPoint
    /// Millimetres from one column to the next.
    let columnSpacing: Double
    /// Millimetres from one row to the next.
    let rowSpacing: Double
    /// The frame of reference in which all of this is said.
    let frameOfReference: String?
    /// How far from the plane something may be and still be shown in it: half the distance to the next slice, in millimetres.
    let reach: Double

    /// Directions are read from text: off by more, they are no directions at right angles.
    private static let directionTolerance = 1e-2

    /// The planes of an image, one a frame where frames have their own; empty when the header does not say.
    static func planes(of dataSet: DataSet) -> [ImagePlane] {
        let frameOfReference = dataSet.uid(.frameOfReferenceUID)
        return dataSet.planeGroups.compactMap { ImagePlane($0, frameOfReference) }
    }

    /// - Parameter sources: data sets that hold the elements between them (``DataSet/planeGroups``).
    init?(_ sources: [DataSet], _ frameOfReference: String?) {
        func numbers(_ tag: Tag, _ count: Int) -> [Double]? {
            sources.lazy.map { $0.decimals(tag) }.first { $0.count == count }
        }
        guard let position = numbers(.imagePositionPatient, 3), let orientation = numbers(.imageOrientationPatient, 6),
            let spacing = numbers(.pixelSpacing, 2), spacing[0] > 0, spacing[1] > 0
        else { return nil }
        origin = PatientPoint(position[0], position[1], position[2])
        alongRow = PatientPoint(orientation[0], orientation[1], orientation[2])
        alongColumn = PatientPoint(orientation[3], orientation[4], orientation[5])
        guard abs(alongRow.length - 1) < Self.directionTolerance, abs(alongColumn.length - 1) < Self.directionTolerance,
            abs(alongRow.dot(alongColumn)) < Self.directionTolerance
        else { return nil }
        rowSpacing = spacing[0]
        columnSpacing = spacing[1]
        self.frameOfReference = frameOfReference
        let thickness = numbers(.spacingBetweenSlices, 1)?.first.map(abs) ?? numbers(.sliceThickness, 1)?.first ?? 0
        // Positions are written with a few decimals, so that a plane without thickness still meets its own contours.
        reach = max(thickness / 2, 0.01)
    }

    /// Millimetres from the plane, with a sign.
    func distance(of point: PatientPoint) -> Double { (point - origin).dot(alongRow.cross(alongColumn)) }

    /// Where a point's foot in the plane lies in the image.
    func place(of point: PatientPoint) -> RegionShape.Point {
        let offset = point - origin
        // The origin is the centre of the first sample, half a sample from the image's corner.
        return RegionShape.Point(
            x: Self.rounded(offset.dot(alongRow) / columnSpacing) + 0.5,
            y: Self.rounded(offset.dot(alongColumn) / rowSpacing) + 0.5)
    }

    /// To 1/4096 of a sample: contours are often drawn from centre to centre, and the last bits of a sum must not decide on which side of
    /// a centre they pass.
    private static func rounded(_ samples: Double) -> Double { (samples * 4096).rounded() / 4096 }

    /// Whether another plane's samples lie on this one's: the same grid, in the same slice.
    func coincides(with other: ImagePlane) -> Bool {
        guard frameOfReference == other.frameOfReference, abs(distance(of: other.origin)) <= reach,
            alongRow.dot(other.alongRow) > 0.9999, alongColumn.dot(other.alongColumn) > 0.9999,
            abs(columnSpacing / other.columnSpacing - 1) < 1e-3, abs(rowSpacing / other.rowSpacing - 1) < 1e-3
        else { return false }
        let corner = place(of: other.origin)
        return abs(corner.x - 0.5) < 0.5 && abs(corner.y - 0.5) < 0.5
    }
}

/// A place or a direction in the patient, in millimetres: towards the left, the back and the head (PS3.3 §C.7.6.2.1.1).
struct PatientPoint: Hashable, Sendable {
    var x: Double
    var y: Double
    var z: Double

    init(_ x: Double, _ y: Double, _ z: Double) {
        (self.x, self.y, self.z) = (x, y, z)
    }

    static func - (left: PatientPoint, right: PatientPoint) -> PatientPoint {
        PatientPoint(left.x - right.x, left.y - right.y, left.z - right.z)
    }

    func dot(_ other: PatientPoint) -> Double { x * other.x + y * other.y + z * other.z }

    func cross(_ other: PatientPoint) -> PatientPoint {
        PatientPoint(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
    }

    var length: Double { dot(self).squareRoot() }
}
