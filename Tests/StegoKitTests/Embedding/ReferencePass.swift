@testable import StegoKit

/// One pass of the reversible method as docs/formats/embedding/reversible.md says it: sample by sample, on whole planes, with plain
/// integers.
/// Shares with the fast one nothing but the parameters' type.
struct ReferencePass {
    let rows: Int
    let columns: Int
    let maximum: Int
    let forbidden: ClosedRange<Int>?
    let colour: Int
    /// (plane, row, column) packed, never to carry.
    let reserved: Set<Int>
    let parameters: PassParameters

    func prediction(_ plane: [Int], _ row: Int, _ column: Int) -> Int {
        func at(_ down: Int, _ right: Int) -> Int { plane[(row + down) * columns + column + right] }
        let vertical = (at(-1, 0) + at(1, 0) + 1) / 2
        let horizontal = (at(0, -1) + at(0, 1) + 1) / 2
        return (vertical + horizontal) / 2
    }

    func bucket(_ plane: [Int], _ row: Int, _ column: Int) -> Int {
        var complexity = 0
        // The sixteen squares of 2 × 2 samples around; each has one diagonal of the other colour.
        for top in row - 2..<row + 2 {
            for left in column - 2..<column + 2 {
                let falls = (top + left + row + column) % 2 != 0
                let first = plane[top * columns + (falls ? left : left + 1)]
                let second = plane[(top + 1) * columns + (falls ? left + 1 : left)]
                complexity += min(abs(first - second), 4095)
            }
        }
        let raised = complexity + 8
        var octave = 0
        while raised >> octave >= 16 { octave += 1 }
        return octave * 8 + (raised >> octave) - 8
    }

    func bins(_ bucket: Int) -> (lower: Int?, upper: Int?) {
        var start = 0
        for segment in parameters.segments {
            if bucket >= start, bucket < segment.endBucket { return (segment.lowerBin, segment.upperBin) }
            start = max(start, segment.endBucket)
        }
        return (nil, nil)
    }

    func run(_ level: Int) -> ClosedRange<Int> {
        guard let forbidden else { return 0...maximum }
        return level < forbidden.lowerBound ? 0...forbidden.lowerBound - 1 : forbidden.upperBound + 1...maximum
    }

    /// Embeds as many bits as are given, if there is room. Returns how many were.
    func embed(_ bits: [Bool], _ planes: inout [[Int]]) -> Int {
        var next = 0
        for number in planes.indices {
            for row in 2..<max(2, rows - 2) {
                for column in 2..<max(2, columns - 2) where (row + column) % 2 == colour {
                    guard next < bits.count else { return next }
                    let position = (number * rows + row) * columns + column
                    let level = planes[number][row * columns + column]
                    if reserved.contains(position) || forbidden?.contains(level) == true { continue }
                    let (lower, upper) = bins(bucket(planes[number], row, column))
                    let error = level - prediction(planes[number], row, column)
                    var target = level
                    if let upper, error >= upper {
                        let room = run(level).upperBound - level
                        if error == upper, room >= 2 {
                            target += bits[next] ? 1 : 0
                            next += 1
                        } else if error > upper, room >= 1 {
                            target += 1
                        }
                    } else if let lower, error <= lower {
                        let room = level - run(level).lowerBound
                        if error == lower, room >= 2 {
                            target -= bits[next] ? 1 : 0
                            next += 1
                        } else if error < lower, room >= 1 {
                            target -= 1
                        }
                    }
                    planes[number][row * columns + column] = target
                }
            }
        }
        return next
    }
}
