/// The verdict on whether an image shows the content of a record or of another image.
public enum ContentVerdict: Hashable, Sendable {
    /// No difference is visible at the size of a cell. Not that the samples are the same: that is the strict mark's word.
    case same
    /// There are differences; the regions say where.
    case differs
    /// Nothing can be said, and why. Never to be taken for `same`.
    case notAssessable(ContentObstacle)
}

/// The reason that images could not be compared.
public enum ContentObstacle: String, Hashable, Sendable, CaseIterable {
    /// One has colour and the other has not, or they have other planes.
    case planes
    /// Both say what their samples mean, and they say different things.
    case units
    /// The sizes differ, and neither a scale nor a place of the one inside the other was found.
    case geometry
    /// The image has shades of grey alone, and no window was found that explains them.
    case window
    /// The image is clipped nearly everywhere, or too few cells are left to know the noise.
    case tooLittle

    /// A sentence without a full stop.
    public var reason: String {
        switch self {
        case .planes: "the one is grey and the other coloured"
        case .units: "the samples of the two have different units"
        case .geometry: "the two have different sizes, and no scale or crop relates them"
        case .window: "no window was found that explains the shades of grey"
        case .tooLittle: "too little of the image can be compared"
        }
    }
}

/// The way in which an image's shades were brought to the record's units.
public enum ContentTone: Hashable, Sendable {
    /// Both have the same units.
    case sameUnits
    /// The shades are those that this window gives, as the record holds them.
    case recordedWindow(ContentWindow)
    /// The shades are those that this window gives, as the caller says.
    case knownWindow(ContentWindow)
    /// A window that was found, in modality units: what is black and what is white.
    case foundWindow(black: Double, white: Double)
}

/// The place of the record's samples in the image that is compared.
public struct ContentPlacement: Hashable, Sendable {
    /// How the image was turned before it was compared.
    public var orientation: Orientation = .upright
    /// The image's row and column, counted from 0 in samples, of the upper left corner of the record's first sample; negative for a crop.
    public var top: Double = 0, left: Double = 0
    /// Samples of the image for one of the record.
    public var rowScale: Double = 1, columnScale: Double = 1

    /// Every sample in its place.
    public static let identity = ContentPlacement()

    /// True where a sample of the image is not one of the record.
    public var isResampled: Bool { rowScale != 1 || columnScale != 1 }

    /// True where every sample is in its place.
    public var isIdentity: Bool { self == .identity }
}

/// Neighbouring cells that differ.
public struct ContentDifference: Hashable, Sendable {
    /// The smallest rectangle of the record's samples around them.
    public let rows: Range<Int>, columns: Range<Int>
    /// How many cells.
    public let cellCount: Int
    /// In samples of the record.
    public let area: Int
    /// In mm²; `nil` where the spacing is not known.
    public let squareMillimetres: Double?
    /// Image minus record, mean over the area, in modality units.
    public let mean: Double
    /// The largest magnitude of a cell's difference, in modality units.
    public let peak: Double
    /// The largest score: how many times the noise of this comparison.
    public let score: Double
    /// Magnitude of the difference times area, summed: modality units · mm², or · samples where the spacing is not known.
    public let importance: Double
}

/// The state of a cell.
public enum ContentCell: UInt8, Hashable, Sendable {
    case alike
    case differs
    /// Clipped, outside of a crop, or explained by too many values.
    case notAssessable
}

/// A comparison's result.
public struct ContentReport: Hashable, Sendable {
    public var verdict: ContentVerdict
    /// Sorted by importance, the greatest first.
    public var differences: [ContentDifference] = []
    public var tone: ContentTone?
    public var placement = ContentPlacement()
    /// The cells of ``cells`` and ``values``.
    public var grid: CellGrid
    /// One a cell of `grid`; empty where nothing was compared.
    public var cells: [ContentCell] = []
    /// Image minus record, in modality units, one a cell; 0 where a cell cannot be assessed.
    public var values: [Float] = []
    /// How many times the noise each cell's difference is.
    public var scores: [Float] = []
    /// The share of the record's cells that could be assessed.
    public var assessedShare = 0.0
    /// The comparison's noise in calm cells, one standard deviation in modality units.
    public var noise = 0.0
    /// The unit of the differences.
    public var unit: String

    /// Of all differences.
    public var importance: Double { differences.reduce(0) { $0 + $1.importance } }
}
