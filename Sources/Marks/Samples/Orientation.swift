/// The eight ways in which a rectangle can be turned and mirrored.
public enum Orientation: Int, CaseIterable, Sendable {
    case upright
    case quarterTurn
    case halfTurn
    case threeQuarterTurn
    case mirrored
    case mirroredQuarterTurn
    case mirroredHalfTurn
    case mirroredThreeQuarterTurn

    /// Quarter turns clockwise, after the mirroring.
    private var turns: Int { rawValue % 4 }

    private var isMirrored: Bool { rawValue >= 4 }

    /// The orientation that brings back what this one has turned. A mirrored one is its own inverse.
    public var inverse: Orientation {
        switch self {
        case .quarterTurn: .threeQuarterTurn
        case .threeQuarterTurn: .quarterTurn
        default: self
        }
    }

    /// The words of a person for it.
    public var name: String {
        let turned = turns == 0 ? nil : "turned by \(turns * 90)° clockwise"
        return isMirrored ? turned.map { "mirrored left to right, then \($0)" } ?? "mirrored left to right" : turned ?? "upright"
    }

    /// The plane, mirrored left to right if this orientation is, and then turned clockwise.
    public func applied(to plane: SamplePlane) -> SamplePlane {
        guard self != .upright else { return plane }
        let isTurned = turns % 2 == 1
        let (height, width) = isTurned ? (plane.width, plane.height) : (plane.height, plane.width)
        var samples: [Int32] = []
        samples.reserveCapacity(plane.samples.count)
        for row in 0..<height {
            for column in 0..<width {
                let (sourceRow, sourceColumn) =
                    switch turns {
                    case 1: (plane.height - 1 - column, row)
                    case 2: (plane.height - 1 - row, plane.width - 1 - column)
                    case 3: (column, plane.width - 1 - row)
                    default: (row, column)
                    }
                samples.append(plane[sourceRow, isMirrored ? plane.width - 1 - sourceColumn : sourceColumn])
            }
        }
        return plane.with(samples: samples, height: height, width: width)
    }
}
