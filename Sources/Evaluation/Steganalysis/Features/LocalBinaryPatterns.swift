import Foundation

/// Histograms of local binary patterns, the rotation-invariant uniform ones of Ojala, Pietikäinen and Mäenpää (IEEE TPAMI 24(7), 2002):
/// LBP^riu2 with 8 neighbours at radius 1, 16 at radius 2 and 24 at radius 3, of the samples and of their residual.
///
/// The residual is the 3 × 3 second difference in both directions ([−1 2 −1; 2 −4 2; −1 2 −1]), in which little of the image is left.
/// A neighbour between samples is interpolated bilinearly. A pattern with at most two changes around the circle is counted by its number of
/// ones, all others together: `neighbours + 2` frequencies for each, 108 in all. Centres whose circle leaves the block do not count.
public enum LocalBinaryPatterns {
    struct Circle {
        let neighbours: Int
        let radius: Int
    }

    static let circles = [Circle(neighbours: 8, radius: 1), Circle(neighbours: 16, radius: 2), Circle(neighbours: 24, radius: 3)]
    public static let featureCount = 2 * circles.reduce(0) { $0 + $1.neighbours + 2 }

    /// 108 features: the circles of the samples, then those of the residual; zero for circles that a block is too small for.
    public static func features(of block: LevelBlock) -> [Float] {
        let samples = Field(rows: block.rows, columns: block.columns, values: block.levels.map(Float.init))
        let fields = [samples, samples.residual]
        return fields.flatMap { field in circles.flatMap { histogram(of: field, circle: $0) } }
    }

    static func histogram(of field: Field, circle: Circle) -> [Float] {
        let bins = circle.neighbours + 2
        let (radius, neighbours) = (circle.radius, circle.neighbours)
        guard field.rows > 2 * radius, field.columns > 2 * radius else { return [Float](repeating: 0, count: bins) }
        let taps = (0..<neighbours).map {
            Tap(angle: 2 * .pi * Double($0) / Double(neighbours), radius: Double(radius), columns: field.columns)
        }
        let width = field.columns - 2 * radius
        var counts = [Int](repeating: 0, count: bins)
        var row = PatternRow(width: width)
        for centreRow in radius..<field.rows - radius {
            row.collect(field.values, from: centreRow * field.columns + radius, taps)
            row.count(into: &counts, neighbours: neighbours)
        }
        let total = Float(width * (field.rows - 2 * radius))
        return counts.map { Float($0) / total }
    }
}

extension LocalBinaryPatterns {
    /// Values on a grid.
    struct Field {
        let rows: Int
        let columns: Int
        let values: [Float]

        /// One sample less at each side. Whole numbers stay exact: 16 · 65 535 fits a float's 24 bits.
        var residual: Field {
            guard rows > 2, columns > 2 else { return Field(rows: 0, columns: 0, values: []) }
            var result: [Float] = []
            result.reserveCapacity((rows - 2) * (columns - 2))
            for row in 1..<rows - 1 {
                for column in 1..<columns - 1 {
                    let place = row * columns + column
                    let corners =
                        values[place - columns - 1] + values[place - columns + 1] + values[place + columns - 1]
                        + values[place + columns + 1]
                    let sides = values[place - columns] + values[place + columns] + values[place - 1] + values[place + 1]
                    result.append(2 * sides - corners - 4 * values[place])
                }
            }
            return Field(rows: rows - 2, columns: columns - 2, values: result)
        }
    }

    /// Where a neighbour lies: four samples around it and their weights.
    struct Tap {
        let offsets: (Int, Int, Int, Int)
        let weights: (Float, Float, Float, Float)

        init(angle: Double, radius: Double, columns: Int) {
            // Rounded so that neighbours on the grid are exactly there.
            let down = ((-radius * sin(angle)) * 1e5).rounded() / 1e5
            let right = ((radius * cos(angle)) * 1e5).rounded() / 1e5
            let (top, left) = (down.rounded(.down), right.rounded(.down))
            let (below, beside) = (down - top, right - left)
            let origin = Int(top) * columns + Int(left)
            // A step in a direction that carries no weight could leave the grid, so it is not taken.
            let (rowStep, columnStep) = (below > 0 ? columns : 0, beside > 0 ? 1 : 0)
            offsets = (origin, origin + columnStep, origin + rowStep, origin + rowStep + columnStep)
            weights = (
                Float((1 - below) * (1 - beside)), Float((1 - below) * beside), Float(below * (1 - beside)), Float(below * beside)
            )
        }
    }

    /// The patterns of one row of centres: how many neighbours are at least the centre, how often that changes around the circle.
    private struct PatternRow {
        private var ones: [Int32]
        private var changes: [Int32]
        private var first: [Int32]
        private var previous: [Int32]
        /// The difference that rounding may make of an interpolated neighbour that equals its centre.
        private static let tolerance: Float = -1e-4

        init(width: Int) {
            ones = [Int32](repeating: 0, count: width)
            (changes, first, previous) = (ones, ones, ones)
        }

        /// - Parameter start: index of the row's first centre; all taps of all centres lie inside `values`.
        mutating func collect(_ values: [Float], from start: Int, _ taps: [Tap]) {
            let width = ones.count
            values.withUnsafeBufferPointer { values in
                ones.withUnsafeMutableBufferPointer { ones in
                    changes.withUnsafeMutableBufferPointer { changes in
                        first.withUnsafeMutableBufferPointer { first in
                            previous.withUnsafeMutableBufferPointer { previous in
                                for index in 0..<width { (ones[index], changes[index]) = (0, 0) }
                                for (ordinal, tap) in taps.enumerated() {
                                    let (a, b, c, d) = tap.weights
                                    let (pa, pb, pc, pd) = (
                                        start + tap.offsets.0, start + tap.offsets.1, start + tap.offsets.2, start + tap.offsets.3
                                    )
                                    // Bounds: centres keep the circle's radius from each side, and an offset is at most that long.
                                    for index in 0..<width {
                                        let centre = values[start &+ index]
                                        let above = a * (values[pa &+ index] - centre) + b * (values[pb &+ index] - centre)
                                        let below = c * (values[pc &+ index] - centre) + d * (values[pd &+ index] - centre)
                                        let bit: Int32 = above + below >= Self.tolerance ? 1 : 0
                                        ones[index] &+= bit
                                        if ordinal == 0 { first[index] = bit } else { changes[index] &+= bit ^ previous[index] }
                                        previous[index] = bit
                                    }
                                }
                                for index in 0..<width { changes[index] &+= first[index] ^ previous[index] }
                            }
                        }
                    }
                }
            }
        }

        func count(into counts: inout [Int], neighbours: Int) {
            for index in ones.indices {
                counts[changes[index] <= 2 ? Int(ones[index]) : neighbours + 1] += 1
            }
        }
    }
}
