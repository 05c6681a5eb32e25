/// The meaning of stored samples: modality value = stored sample · slope + intercept (PS3.3 C.11.1).
public struct ModalityUnits: Hashable, Sendable {
    /// Its magnitude is 10⁻⁹ … 10⁹.
    public let slope: Double
    /// Within ± 10⁹.
    public let intercept: Double
    /// Of the modality value, as Rescale Type has it: `HU`, `US` (unspecified), …; at most 16 characters of ASCII.
    public let name: String

    /// - Throws: ``MarksError`` of code `plane` for a rescale that has no inverse, or a name that is no Rescale Type.
    public init(slope: Double = 1, intercept: Double = 0, name: String = "US") throws {
        guard (1e-9...1e9).contains(abs(slope)), abs(intercept) <= 1e9 else {
            throw MarksError(.plane, "a rescale slope of \(slope) and an intercept of \(intercept) have no inverse")
        }
        guard name.utf8.count <= 16, name.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw MarksError(.plane, "the unit's name is longer than 16 characters or not plain ASCII")
        }
        self.slope = slope
        self.intercept = intercept
        self.name = name
    }

    /// Samples as they are: slope 1, intercept 0, no unit.
    public static let none = ModalityUnits()

    private init() { (slope, intercept, name) = (1, 0, "US") }
}

/// The distance between the centres of neighbouring samples, in millimetres.
public struct SampleSpacing: Hashable, Sendable {
    /// From one row to the next; the first value of Pixel Spacing (0028,0030).
    public let rows: Double
    /// From one column to the next; the second value.
    public let columns: Double

    /// - Returns: `nil` unless both are positive and finite.
    public init?(rows: Double, columns: Double) {
        guard rows > 0, columns > 0, rows.isFinite, columns.isFinite else { return nil }
        self.rows = rows
        self.columns = columns
    }
}

/// An image as its content is recorded and compared: one frame, one plane of samples for grey, three for colour.
public struct ContentImage: Sendable {
    /// The most planes of an image.
    public static let mostPlanes = 4

    /// 1 … 4 planes of one size.
    public let planes: [SamplePlane]
    /// The meaning of samples. `nil` where that is not known: an export in shades of grey, whose window the comparison has to find.
    public let units: ModalityUnits?
    /// `nil` where the image does not say.
    public let spacing: SampleSpacing?

    /// - Throws: ``MarksError`` of code `plane` for no plane, too many of them, or planes of different sizes.
    public init(planes: [SamplePlane], units: ModalityUnits?, spacing: SampleSpacing? = nil) throws {
        guard let first = planes.first, planes.count <= Self.mostPlanes,
            planes.allSatisfy({ $0.height == first.height && $0.width == first.width })
        else { throw MarksError(.plane, "\(planes.count) planes, or planes of different sizes, are no image") }
        self.planes = planes
        self.units = units
        self.spacing = spacing
    }

    /// Rows.
    public var height: Int { planes[0].height }
    /// Columns.
    public var width: Int { planes[0].width }
}
