/// The eight ways to lay a picture down: turned by quarters, mirrored or not.
public enum ContentOrientation: UInt8, Hashable, Sendable, CaseIterable {
    case asIs, quarterTurn, halfTurn, threeQuarterTurn
    case mirrored, mirroredQuarterTurn, mirroredHalfTurn, mirroredThreeQuarterTurn

    /// Mirrored left to right first.
    var isMirrored: Bool { rawValue >= 4 }
    /// Then turned so many times by 90° clockwise.
    var quarters: Int { Int(rawValue & 3) }

    /// The plane, mirrored and turned.
    func applied(to plane: SamplePlane) throws -> SamplePlane {
        guard self != .asIs else { return plane }
        let (height, width) = (plane.height, plane.width)
        let (newHeight, newWidth) = quarters.isMultiple(of: 2) ? (height, width) : (width, height)
        var samples = [Int32](repeating: 0, count: height * width)
        for row in 0..<newHeight {
            for column in 0..<newWidth {
                let (sourceRow, turned) =
                    switch quarters {
                    case 0: (row, column)
                    case 1: (height - 1 - column, row)
                    case 2: (height - 1 - row, width - 1 - column)
                    default: (column, width - 1 - row)
                    }
                samples[row * newWidth + column] = plane[sourceRow, isMirrored ? width - 1 - turned : turned]
            }
        }
        return try SamplePlane(height: newHeight, width: newWidth, range: plane.range, padding: plane.padding, samples: samples)
    }
}
