/// A colour of the contact sheet, 8 bits a channel, sRGB.
struct Colour: Hashable, Sendable {
    let red: UInt8
    let green: UInt8
    let blue: UInt8

    init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    static func grey(_ level: UInt8) -> Colour { Colour(level, level, level) }

    /// Between this colour (0) and another (1).
    func mixed(with other: Colour, _ share: Float) -> Colour {
        let share = min(max(share, 0), 1)
        func mix(_ from: UInt8, _ to: UInt8) -> UInt8 { UInt8((Float(from) + (Float(to) - Float(from)) * share).rounded()) }
        return Colour(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
    }
}
