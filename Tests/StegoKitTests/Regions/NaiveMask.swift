import SeededRandomness
import TestSupport

@testable import StegoKit

/// Masks worked on sample by sample, straight from the definitions: what the fast algorithms are compared with.
struct NaiveMask: Equatable {
    let rows: Int
    let columns: Int
    var flags: [Bool]

    init(rows: Int, columns: Int, flags: [Bool]) {
        (self.rows, self.columns, self.flags) = (rows, columns, flags)
    }

    init(_ mask: BitMask) { self.init(rows: mask.rows, columns: mask.columns, flags: mask.flags) }

    var bits: BitMask { BitMask(rows: rows, columns: columns, flags: flags) }

    subscript(row: Int, column: Int) -> Bool? {
        row >= 0 && row < rows && column >= 0 && column < columns ? flags[row * columns + column] : nil
    }

    private func map(_ transform: (_ row: Int, _ column: Int) -> Bool) -> NaiveMask {
        NaiveMask(rows: rows, columns: columns, flags: (0..<rows).flatMap { row in (0..<columns).map { transform(row, $0) } })
    }

    private static func disc(_ radius: Int) -> [(Int, Int)] {
        (-radius...radius).flatMap { row in (-radius...radius).map { (row, $0) } }.filter { $0.0 * $0.0 + $0.1 * $0.1 <= radius * radius }
    }

    func dilated(_ radius: Int) -> NaiveMask {
        let disc = Self.disc(radius)
        return map { row, column in disc.contains { self[row + $0.0, column + $0.1] == true } }
    }

    func eroded(_ radius: Int) -> NaiveMask {
        let disc = Self.disc(radius)
        return map { row, column in disc.allSatisfy { self[row + $0.0, column + $0.1] != false } }
    }

    /// In a frame so large that its edges are out of reach.
    func closed(_ radius: Int) -> NaiveMask {
        let margin = 2 * radius + 1
        var large = NaiveMask(
            rows: rows + 2 * margin, columns: columns + 2 * margin,
            flags: Array(repeating: false, count: (rows + 2 * margin) * (columns + 2 * margin)))
        for row in 0..<rows {
            for column in 0..<columns { large.flags[(row + margin) * large.columns + column + margin] = flags[row * columns + column] }
        }
        let result = large.dilated(radius).eroded(radius)
        return map { row, column in result[row + margin, column + margin] == true }
    }

    /// Components by flood fill: for each sample the number of its component, in the order of their first samples; −1 outside.
    func components(diagonal: Bool) -> [Int] {
        var labels = Array(repeating: -1, count: flags.count)
        var next = 0
        for start in flags.indices where flags[start] && labels[start] < 0 {
            var queue = [start]
            labels[start] = next
            while let place = queue.popLast() {
                let (row, column) = place.quotientAndRemainder(dividingBy: columns)
                for (down, across) in [(0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1)] {
                    guard diagonal || down == 0 || across == 0, self[row + down, column + across] == true else { continue }
                    let neighbour = (row + down) * columns + column + across
                    if labels[neighbour] < 0 {
                        labels[neighbour] = next
                        queue.append(neighbour)
                    }
                }
            }
            next += 1
        }
        return labels
    }

    var withHolesFilled: NaiveMask {
        let outside = NaiveMask(rows: rows, columns: columns, flags: flags.map { !$0 })
        let labels = outside.components(diagonal: false)
        var open: Set<Int> = []
        for row in 0..<rows {
            for column in 0..<columns where row == 0 || column == 0 || row == rows - 1 || column == columns - 1 {
                open.insert(labels[row * columns + column])
            }
        }
        return map { row, column in flags[row * columns + column] || !open.contains(labels[row * columns + column]) }
    }
}

extension BitMask {
    /// Blobs and specks: neither empty nor full, with holes and parts that touch at corners.
    static func random(rows: Int, columns: Int, _ generator: inout SplitMix64) -> BitMask {
        var mask = BitMask(rows: rows, columns: columns)
        for _ in 0..<generator.below(6) {
            mask.fill(
                x: generator.below(columns + 8) - 4, y: generator.below(rows + 8) - 4, width: generator.below(columns / 2 + 2),
                height: generator.below(rows / 2 + 2))
        }
        let density = generator.below(12)
        let noise = BitMask(rows: rows, columns: columns) { _ in generator.below(24) < density }
        return generator.below(2) == 0 ? mask.union(noise) : mask.intersection(noise.inverted)
    }
}
