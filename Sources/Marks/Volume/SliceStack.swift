/// A stack of slices as a workstation sees it, and oblique slices cut from it by linear interpolation: what figures are measured on.
public struct SliceStack: Sendable {
    /// In the patient, in mm.
    public typealias Point = SIMD3<Double>

    public var slices: [SamplePlane]
    /// Of each slice's first sample, in the order along the normal.
    public var positions: [Point]
    public var alongRow: Point, alongColumn: Point
    public var spacing: SampleSpacing

    /// - Parameters:
    ///   - slices: one at least, all of one size.
    ///   - positions: as many.
    public init(slices: [SamplePlane], positions: [Point], alongRow: Point, alongColumn: Point, spacing: SampleSpacing) {
        (self.slices, self.positions) = (slices, positions)
        (self.alongRow, self.alongColumn, self.spacing) = (alongRow, alongColumn, spacing)
    }

    public var normal: Point { alongRow.cross(alongColumn) }

    public func geometry(_ slice: Int) throws -> SliceGeometry {
        try SliceGeometry(
            position: [positions[slice].x, positions[slice].y, positions[slice].z],
            orientation: [alongRow.x, alongRow.y, alongRow.z, alongColumn.x, alongColumn.y, alongColumn.z], spacing: spacing)
    }

    /// The middle of the middles of the slices.
    public var middle: Point {
        let (height, width) = (Double(slices[0].height - 1), Double(slices[0].width - 1))
        let toMiddle = alongRow * (width / 2 * spacing.columns) + alongColumn * (height / 2 * spacing.rows)
        return positions.reduce(Point()) { $0 + $1 } / Double(positions.count) + toMiddle
    }

    /// Marks all slices; returns the marked stack and the mean square of what was added over all samples.
    ///
    /// - Throws: ``MarksError``.
    public func marked(_ key: VolumeMarkKey, _ identity: String, unitsToSample: Double = 1) throws -> (SliceStack, Double) {
        let mark = try VolumeMark.tomography(
            key: key, identity: identity, unitsToSample: unitsToSample, height: slices[0].height, width: slices[0].width,
            slices: try slices.indices.map { try geometry($0) })
        var marked = self
        var squares = 0
        for index in slices.indices {
            marked.slices[index] = mark.embed(in: slices[index], at: try geometry(index)).marked
            for (before, after) in zip(slices[index].samples, marked.slices[index].samples) {
                squares += Int(after - before) * Int(after - before)
            }
        }
        return (marked, Double(squares) / Double(slices.count * slices[0].samples.count))
    }

    /// `side` × `side` samples, `step` mm apart; padding outside, or the least value where the stack has no padding.
    public func slice(_ cut: ObliqueCut, side: Int = 256, step: Double = 1) throws -> SamplePlane {
        let padding = slices[0].padding ?? slices[0].range.lowerBound
        let normal = normal
        let depths = positions.map { ($0 * normal).sum() }
        var samples = [Int32](repeating: padding, count: side * side)
        for row in 0..<side {
            for column in 0..<side {
                let (y, x) = ((Double(row) - Double(side - 1) / 2) * step, (Double(column) - Double(side - 1) / 2) * step)
                let point = cut.middle + cut.down * y + cut.right * x
                let depth = (point * normal).sum()
                guard let above = depths.firstIndex(where: { $0 > depth }), above > 0 else { continue }
                let share = (depth - depths[above - 1]) / (depths[above] - depths[above - 1])
                guard let low = sample(above - 1, point), let high = sample(above, point) else { continue }
                samples[row * side + column] = Int32((low * (1 - share) + high * share).rounded())
            }
        }
        return try SamplePlane(height: side, width: side, range: slices[0].range, padding: padding, samples: samples)
    }

    private func sample(_ slice: Int, _ point: Point) -> Double? {
        let plane = slices[slice]
        let x = ((point - positions[slice]) * alongRow).sum() / spacing.columns
        let y = ((point - positions[slice]) * alongColumn).sum() / spacing.rows
        guard x >= 0, y >= 0, x < Double(plane.width - 1), y < Double(plane.height - 1) else { return nil }
        let (column, row) = (Int(x), Int(y))
        let (fx, fy) = (x - Double(column), y - Double(row))
        let corners = [plane[row, column], plane[row, column + 1], plane[row + 1, column], plane[row + 1, column + 1]]
        guard !corners.contains(plane.padding ?? .min) else { return nil }
        let values = corners.map { Double($0) }
        return (values[0] * (1 - fx) + values[1] * fx) * (1 - fy) + (values[2] * (1 - fx) + values[3] * fx) * fy
    }
}

/// A plane through a stack of slices: its middle and its directions.
public struct ObliqueCut: Sendable {
    public typealias Point = SliceStack.Point

    public var middle: Point, right: Point, down: Point

    /// Any direction, any rotation, up to `farthest` mm from the middle and 8 mm sideways.
    public init(_ stack: SliceStack, farthest: Double, _ random: inout some RandomNumberGenerator) {
        func direction() -> Point {
            while true {
                let parts = (0..<3).map { _ in Double.random(in: -1...1, using: &random) }
                let point = Point(parts[0], parts[1], parts[2])
                let square = (point * point).sum()
                if square > 0.01, square <= 1 { return point / square.squareRoot() }
            }
        }
        let normal = direction()
        var across = direction()
        across -= normal * (across * normal).sum()
        right = across / (across * across).sum().squareRoot()
        down = normal.cross(right)
        let depth = Double.random(in: -farthest...farthest, using: &random)
        let sideways = (Double.random(in: -8...8, using: &random), Double.random(in: -8...8, using: &random))
        middle = stack.middle + normal * depth + right * sideways.0 + down * sideways.1
    }

    public var normal: Point { right.cross(down) }
}

extension SliceStack.Point {
    fileprivate func cross(_ other: Self) -> Self {
        Self(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
    }
}
