/// A picture that is drawn on: 8-bit RGB, row by row from the top left. Whatever falls outside it is not drawn.
struct Canvas {
    let width: Int
    let height: Int
    /// Red, green, blue, …: `width * height * 3` bytes.
    private(set) var bytes: [UInt8]

    /// - Parameters: `width` and `height` in pixels, both positive.
    init(width: Int, height: Int, background: Colour) {
        self.width = width
        self.height = height
        bytes = []
        bytes.reserveCapacity(width * height * 3)
        for _ in 0..<(width * height) { bytes.append(contentsOf: [background.red, background.green, background.blue]) }
    }

    mutating func set(_ x: Int, _ y: Int, _ colour: Colour) {
        guard x >= 0, x < width, y >= 0, y < height else { return }
        let offset = (y * width + x) * 3
        bytes[offset] = colour.red
        bytes[offset + 1] = colour.green
        bytes[offset + 2] = colour.blue
    }

    mutating func fill(x: Int, y: Int, width: Int, height: Int, _ colour: Colour) {
        for row in y..<(y + max(0, height)) {
            for column in x..<(x + max(0, width)) { set(column, row, colour) }
        }
    }

    /// A frame one pixel wide around the rectangle.
    mutating func frame(x: Int, y: Int, width: Int, height: Int, _ colour: Colour) {
        fill(x: x - 1, y: y - 1, width: width + 2, height: 1, colour)
        fill(x: x - 1, y: y + height, width: width + 2, height: 1, colour)
        fill(x: x - 1, y: y, width: 1, height: height, colour)
        fill(x: x + width, y: y, width: 1, height: height, colour)
    }

    /// Draws a line of text, its top left corner at (`x`, `y`), each dot of the font `scale` pixels wide.
    ///
    /// - Returns: the column after the text.
    @discardableResult
    mutating func text(_ text: String, x: Int, y: Int, scale: Int = 2, _ colour: Colour) -> Int {
        var left = x
        for character in text {
            let glyph = BitmapFont.glyph(for: character)
            for (row, dots) in glyph.rows.enumerated() {
                for column in 0..<glyph.width where dots >> (glyph.width - 1 - column) & 1 == 1 {
                    fill(x: left + column * scale, y: y + row * scale, width: scale, height: scale, colour)
                }
            }
            left += (glyph.width + 1) * scale
        }
        return left
    }
}
