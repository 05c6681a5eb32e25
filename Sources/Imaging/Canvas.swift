/// A picture that is drawn on: 8-bit RGB, row by row from the top left. Whatever falls outside it is not drawn.
public struct Canvas: Sendable {
    public let width: Int
    public let height: Int
    /// Red, green, blue, …: `width * height * 3` bytes.
    public private(set) var bytes: [UInt8]

    /// - Parameters: `width` and `height` in pixels; negative ones count as 0.
    public init(width: Int, height: Int, background: Colour) {
        self.width = max(0, width)
        self.height = max(0, height)
        let count = self.width * self.height
        bytes = [UInt8](unsafeUninitializedCapacity: count * 3) { buffer, initialized in
            // Every index is below 3 · count, the capacity.
            for pixel in 0..<count {
                buffer[pixel * 3] = background.red
                buffer[pixel * 3 + 1] = background.green
                buffer[pixel * 3 + 2] = background.blue
            }
            initialized = count * 3
        }
    }

    public mutating func set(_ x: Int, _ y: Int, _ colour: Colour) {
        guard x >= 0, x < width, y >= 0, y < height else { return }
        let offset = (y * width + x) * 3
        bytes[offset] = colour.red
        bytes[offset + 1] = colour.green
        bytes[offset + 2] = colour.blue
    }

    /// The colour of a pixel; `nil` outside the picture.
    public subscript(x: Int, y: Int) -> Colour? {
        guard x >= 0, x < width, y >= 0, y < height else { return nil }
        let offset = (y * width + x) * 3
        return Colour(bytes[offset], bytes[offset + 1], bytes[offset + 2])
    }

    public mutating func fill(x: Int, y: Int, width: Int, height: Int, _ colour: Colour) {
        for row in max(0, y)..<max(0, y, min(self.height, y + max(0, height))) {
            for column in max(0, x)..<max(0, x, min(self.width, x + max(0, width))) { set(column, row, colour) }
        }
    }

    /// A frame one pixel wide around the rectangle.
    public mutating func frame(x: Int, y: Int, width: Int, height: Int, _ colour: Colour) {
        fill(x: x - 1, y: y - 1, width: width + 2, height: 1, colour)
        fill(x: x - 1, y: y + height, width: width + 2, height: 1, colour)
        fill(x: x - 1, y: y, width: 1, height: height, colour)
        fill(x: x + width, y: y, width: 1, height: height, colour)
    }

    /// Draws a line of text, its top left corner at (`x`, `y`), each dot of the font `scale` pixels wide.
    ///
    /// - Returns: the column after the text.
    @discardableResult
    public mutating func text(_ text: String, x: Int, y: Int, scale: Int = 2, _ colour: Colour) -> Int {
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

/// A colour, 8 bits a channel, sRGB.
public struct Colour: Hashable, Sendable {
    public let red: UInt8
    public let green: UInt8
    public let blue: UInt8

    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    public static func grey(_ level: UInt8) -> Colour { Colour(level, level, level) }

    /// Between this colour (0) and another (1).
    public func mixed(with other: Colour, _ share: Float) -> Colour {
        let share = min(max(share, 0), 1)
        func mix(_ from: UInt8, _ to: UInt8) -> UInt8 { UInt8((Float(from) + (Float(to) - Float(from)) * share).rounded()) }
        return Colour(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
    }
}

extension Colour {
    // Eight colours that stay apart for every common kind of colour blindness (Okabe and Ito 2008, "Color Universal Design").
    public static let orange = Colour(230, 159, 0)
    public static let skyBlue = Colour(86, 180, 233)
    public static let bluishGreen = Colour(0, 158, 115)
    public static let yellow = Colour(240, 228, 66)
    public static let blue = Colour(0, 114, 178)
    public static let vermilion = Colour(213, 94, 0)
    public static let reddishPurple = Colour(204, 121, 167)
    public static let black = Colour(0, 0, 0)
}
