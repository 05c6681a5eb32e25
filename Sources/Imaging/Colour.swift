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
