import DICOM

/// The brightness of a frame's samples for those who look at them, dark to bright.
struct Brightness {
    private enum Model {
        case grey
        /// The lowest level is shown white (MONOCHROME1).
        case inverted
        case redGreenBlue
        /// The first plane of luminance and colour differences.
        case luminance
    }

    private let model: Model
    private let maximumLevel: UInt16

    /// - Returns: `nil` when levels say nothing about brightness: indices of a palette.
    init?(_ description: PixelDescription, maximumLevel: UInt16) {
        self.maximumLevel = maximumLevel
        switch description.photometricInterpretation {
        case "PALETTE COLOR": return nil
        case "MONOCHROME1": model = .inverted
        case let name where name.hasPrefix("YBR") || description.samplesPerPixel == 1: model = name.hasPrefix("YBR") ? .luminance : .grey
        default: model = description.samplesPerPixel >= 3 ? .redGreenBlue : .grey
        }
    }

    /// The brightness of a frame, 0 … maximum level.
    ///
    /// - Parameter planes: those of one frame, all of one size and at least one.
    func levels(of planes: ArraySlice<[UInt16]>) -> [UInt16] {
        guard let first = planes.first else { return [] }
        switch model {
        case .grey, .luminance: return first
        case .inverted: return first.map { maximumLevel &- min($0, maximumLevel) }
        case .redGreenBlue:
            guard planes.count >= 3 else { return first }
            let (green, blue) = (planes[planes.startIndex + 1], planes[planes.startIndex + 2])
            // Luma of Rec. ITU-R BT.601 in 1/256.
            return first.indices.map { index in
                UInt16(truncatingIfNeeded: (77 * UInt32(first[index]) + 150 * UInt32(green[index]) + 29 * UInt32(blue[index])) >> 8)
            }
        }
    }

    /// The padding levels as brightness.
    func padding(_ levels: ClosedRange<UInt16>?) -> ClosedRange<UInt16>? {
        guard let levels, case .inverted = model else { return levels }
        let (low, high) = (min(levels.lowerBound, maximumLevel), min(levels.upperBound, maximumLevel))
        return maximumLevel - high...maximumLevel - low
    }
}

/// The white frame that a collimator leaves on a radiograph, or the white paper around a scanned one.
enum BrightSurround {
    /// A surround takes at least this share of the image's edge.
    private static let leastShareOfEdge = 0.2
    /// Its levels lie within this share of the used range from the brightest.
    private static let tolerance = 0.02

    /// The cells of the surround; `nil` when there is none.
    static func cells(of grid: AnatomyGrid) -> BitMask? {
        guard let low = grid.levels.min(), let high = grid.levels.max(), high > low, grid.rows > 0, grid.columns > 0 else { return nil }
        let bright = grid.cells(from: Int(high) - Int((Double(high - low) * tolerance).rounded(.up)))
        var edge = 0
        for row in 0..<grid.rows {
            if row == 0 || row == grid.rows - 1 {
                edge += bright.runs(ofRow: row).reduce(0) { $0 + $1.count }
            } else {
                edge += (bright[row, 0] ? 1 : 0) + (bright[row, grid.columns - 1] ? 1 : 0)
            }
        }
        guard Double(edge) >= leastShareOfEdge * Double(2 * (grid.rows + grid.columns)) else { return nil }
        let components = MaskComponents(of: bright, connectivity: .eight)
        return components.mask { components.touchesEdge[$0] }
    }
}
