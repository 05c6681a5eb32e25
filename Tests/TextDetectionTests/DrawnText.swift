import Imaging
import SeededRandomness
import TextDetection

/// A plane with text drawn upon it, and where its characters are.
struct DrawnText {
    /// The samples of each character.
    private(set) var characters: [[Int]] = []
    private(set) var plane: [UInt16]
    let rows: Int
    let columns: Int

    init(rows: Int, columns: Int, background: (_ x: Int, _ y: Int) -> UInt16) {
        self.rows = rows
        self.columns = columns
        plane = (0..<rows).flatMap { y in (0..<columns).map { background($0, y) } }
    }

    /// Draws a line, each dot of the font `scale` samples wide; `turns` quarter turns clockwise about the upper left corner of its box.
    mutating func draw(_ text: String, x: Int, y: Int, scale: Int = 1, turns: Int = 0, level: UInt16) {
        var left = 0
        let width = BitmapFont.width(of: text) * scale
        let height = BitmapFont.height * scale
        for character in text {
            let glyph = String(character)
            let glyphWidth = BitmapFont.width(of: glyph) * scale
            var canvas = Canvas(width: glyphWidth, height: height, background: Colour(0, 0, 0))
            canvas.text(glyph, x: 0, y: 0, scale: scale, Colour(255, 255, 255))
            var ink: [Int] = []
            for row in 0..<height {
                for column in 0..<glyphWidth where canvas[column, row]?.red == 255 {
                    let (i, j) = (left + column, row)
                    let (dx, dy) =
                        switch turns % 4 {
                        case 0: (i, j)
                        case 1: (height - 1 - j, i)
                        case 2: (width - 1 - i, height - 1 - j)
                        default: (j, width - 1 - i)
                        }
                    guard (0..<columns).contains(x + dx), (0..<rows).contains(y + dy) else { continue }
                    ink.append((y + dy) * columns + x + dx)
                    plane[(y + dy) * columns + x + dx] = level
                }
            }
            if !ink.isEmpty { characters.append(ink) }
            left += glyphWidth + scale
        }
    }

    /// The share of characters that have four fifths of their ink inside a mask.
    func recall(_ mask: CellMask) -> Double {
        let found = characters.count { ink in
            ink.count { mask[$0 / columns / CellMask.cellSide, $0 % columns / CellMask.cellSide] } * 5 >= ink.count * 4
        }
        return Double(found) / Double(max(1, characters.count))
    }

    /// Smooth shapes with noise of so many levels, something like anatomy.
    static func anatomy(_ generator: inout SplitMix64, noise: Int, brightest: Int) -> (Int, Int) -> UInt16 {
        let blobs = (0..<6).map { _ in
            (
                x: Double.random(in: 0...1, using: &generator) * 256, y: Double.random(in: 0...1, using: &generator) * 256,
                size: Double.random(in: 30...90, using: &generator), height: Double.random(in: 0.1...0.4, using: &generator)
            )
        }
        // Sum of uniform deviates; a table, so that the closure does not hold the generator.
        let deviates = (0..<4096).map { _ in (0..<4).reduce(0) { sum, _ in sum + Int.random(in: -noise...noise, using: &generator) } / 2 }
        return { x, y in
            var value = 0.0
            for blob in blobs {
                let distance = ((Double(x) - blob.x) * (Double(x) - blob.x) + (Double(y) - blob.y) * (Double(y) - blob.y)).squareRoot()
                if distance < blob.size { value += blob.height * (1 - distance / blob.size * 0.5) }
            }
            let index = (x &* 2_654_435_761 &+ y &* 40_503 &+ x &* y &* 97) & 4095
            return UInt16(clamping: min(brightest, Int(value * Double(brightest) * 0.5) + noise * 2 + deviates[index]))
        }
    }
}
