public import StegoKit

/// What a detector looks at.
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
