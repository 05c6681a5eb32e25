import Foundation
import Marks
import SeededRandomness

/// An edit that somebody makes to a marked image.
enum ImageEdit: String, CaseIterable {
    case oneSample = "one sample ±1 in the middle"
    case oneSampleAnywhere = "one sample +1, anywhere"
    case bump = "a bump of 30, σ 3"
    case square = "a square of up to 64², brighter"
    case noise = "noise of ±2 in 24²"
    case copyMove = "copy-move 16²"
    case collage = "collage 100² of another marked image"
    case blocks = "four whole blocks of another marked image"
    case forgery = "a block edited in 10² and marked anew by a stranger"

    /// Whether it takes samples of another marked image of the same size.
    var needsOther: Bool { self == .collage || self == .blocks }

    /// Changes samples; `forgery` is ``ForgedBlock``'s.
    func apply(to samples: inout [Int32], of image: MarkImage, other: [Int32], _ random: inout SplitMix64) {
        var canvas = Canvas(samples: samples, width: image.width, height: image.height, range: image.carrier.range)
        switch self {
        case .oneSample:
            let row = Int.random(in: image.height / 3..<2 * image.height / 3, using: &random)
            let column = Int.random(in: image.width / 3..<2 * image.width / 3, using: &random)
            canvas.add(row, column, Bool.random(using: &random) ? 1 : -1)
        case .oneSampleAnywhere:
            let at = canvas.place(1, &random)
            canvas.add(at.row, at.column, 1)
        case .bump:
            canvas.fill(20, &random) { row, column, _ in
                let square = (row - 10) * (row - 10) + (column - 10) * (column - 10)
                return Int32(30 * exp(-Double(square) / 18))
            }
        case .square:
            let (side, value) = (Int.random(in: 2...64, using: &random), Int32.random(in: 1...60, using: &random))
            canvas.fill(side, &random) { _, _, _ in value }
        case .noise: canvas.fill(24, &random) { _, _, random in Int32.random(in: -2...2, using: &random) }
        case .copyMove:
            let from = canvas.place(16, &random)
            canvas.copy(canvas.samples, from.row, from.column, to: canvas.place(16, &random), 16)
        case .collage:
            let at = canvas.place(100, &random)
            canvas.copy(other, at.row, at.column, to: at, 100)
        case .blocks:
            let side = MarkGrid.side
            for _ in 0..<4 {
                let at = (
                    row: side * Int.random(in: 0..<image.height / side, using: &random),
                    column: side * Int.random(in: 0..<image.width / side, using: &random)
                )
                canvas.copy(other, at.row, at.column, to: at, side)
            }
        case .forgery: break
        }
        samples = canvas.samples
    }
}

/// Samples that an edit draws on.
private struct Canvas {
    var samples: [Int32]
    let width: Int
    let height: Int
    let range: ClosedRange<Int32>

    func place(_ side: Int, _ random: inout SplitMix64) -> (row: Int, column: Int) {
        (Int.random(in: 0...height - side, using: &random), Int.random(in: 0...width - side, using: &random))
    }

    mutating func add(_ row: Int, _ column: Int, _ value: Int32) {
        let index = row * width + column
        samples[index] = min(max(samples[index] + value, range.lowerBound), range.upperBound)
    }

    /// Adds something to each sample of a square anywhere.
    mutating func fill(_ side: Int, _ random: inout SplitMix64, _ value: (Int, Int, inout SplitMix64) -> Int32) {
        let at = place(side, &random)
        for row in 0..<side { for column in 0..<side { add(at.row + row, at.column + column, value(row, column, &random)) } }
    }

    mutating func copy(_ source: [Int32], _ top: Int, _ left: Int, to place: (row: Int, column: Int), _ side: Int) {
        for row in 0..<side {
            let (from, to) = ((top + row) * width + left, (place.row + row) * width + place.column)
            samples.replaceSubrange(to..<to + side, with: source[from..<from + side])
        }
    }
}
