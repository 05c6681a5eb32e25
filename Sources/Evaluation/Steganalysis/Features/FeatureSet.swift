public import StegoKit

/// The features that a detector looks at.
public enum FeatureSet: String, CaseIterable, Hashable, Sendable {
    /// ``SubtractivePixelAdjacency`` of the samples with all their bits.
    case spam
    /// ``LocalBinaryPatterns`` of the samples with all their bits.
    case lbp
    /// ``SubtractivePixelAdjacency`` of the ``EightBitView``.
    case spamOfEightBits = "spam-8bit"

    /// For people.
    public var title: String {
        switch self {
        case .spam: "SPAM-686"
        case .lbp: "LBP"
        case .spamOfEightBits: "SPAM-686 of the 8-bit view"
        }
    }

    public var featureCount: Int {
        switch self {
        case .spam, .spamOfEightBits: SubtractivePixelAdjacency.featureCount
        case .lbp: LocalBinaryPatterns.featureCount
        }
    }

    /// The features of blocks of an image, one row a block.
    ///
    /// - Parameter grid: of planes of this shape.
    public func features(of planes: SamplePlanes, in grid: BlockGrid) -> FeatureRows {
        let view = self == .spamOfEightBits ? EightBitView.make(of: planes) : planes
        var rows = FeatureRows(featureCount: featureCount)
        for place in grid.places {
            let block = LevelBlock(place, of: view)
            switch self {
            case .spam, .spamOfEightBits: rows.append(SubtractivePixelAdjacency.features(of: block))
            case .lbp: rows.append(LocalBinaryPatterns.features(of: block))
            }
        }
        return rows
    }
}

/// Features of many blocks: a row a block.
public struct FeatureRows: Hashable, Sendable {
    /// The length of a row.
    public let featureCount: Int
    /// Row after row.
    public private(set) var values: [Float] = []

    public init(featureCount: Int) { self.featureCount = featureCount }

    public var rowCount: Int { featureCount == 0 ? 0 : values.count / featureCount }

    /// Adds a row; one of another length is cut or filled with zeros.
    public mutating func append(_ row: [Float]) {
        values += row.prefix(featureCount)
        values += repeatElement(0, count: max(0, featureCount - row.count))
    }

    public mutating func append(contentsOf other: FeatureRows) {
        guard other.featureCount == featureCount else { return }
        values += other.values
    }
}

/// An image as tools see it that know 8 bits only: its used range spread over 0 … 255.
public enum EightBitView {
    /// The same image with levels of 8 bits: `⌊(level − lowest) · 256 / (highest − lowest + 1)⌋`. Images of up to 8 bits stay as they are.
    ///
    /// The range is the image's own, over all planes, since whoever looks has nothing else.
    public static func make(of planes: SamplePlanes) -> SamplePlanes {
        guard planes.bitsStored > 8 else { return planes }
        var (lowest, highest) = (UInt16.max, UInt16.min)
        for plane in planes.planes {
            for level in plane { (lowest, highest) = (min(lowest, level), max(highest, level)) }
        }
        guard lowest <= highest else { return planes }
        let scale = UInt32(highest - lowest) + 1
        let table = (0...UInt32(highest - lowest)).map { UInt16(truncatingIfNeeded: $0 * 256 / max(256, scale)) }
        let scaled = planes.planes.map { plane in plane.map { table[Int($0 - lowest)] } }
        // Shape and depth are valid: the shape is another image's, and 8 bits hold a level of at most 255.
        return (try? SamplePlanes(rows: planes.rows, columns: planes.columns, bitsStored: 8, planes: scaled)) ?? planes
    }
}
