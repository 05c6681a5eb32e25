/// The colours of differences: grey for none, blue for less, orange for more. Blue and orange stay apart for every common kind
/// of colour blindness (Okabe and Ito 2008).
public struct DifferencePalette: Sendable {
    /// The magnitude that has the full colour; larger ones are shown the same.
    public let fullScale: Int32

    /// The colour of a difference of 0.
    public static let none = Colour(44, 47, 52)
    private static let less = Colour(64, 150, 255)
    private static let more = Colour(255, 159, 28)

    /// - Parameter maximum: the largest magnitude that occurs.
    public init(maximum: Int32) {
        fullScale = max(1, min(maximum, 16))
    }

    /// The colour of a signed difference.
    public func colour(_ difference: Int32) -> Colour {
        guard difference != 0 else { return Self.none }
        let share = Float(min(difference.magnitude, UInt32(fullScale))) / Float(fullScale)
        // Even the smallest difference stands out against none.
        return Self.none.mixed(with: difference < 0 ? Self.less : Self.more, 0.35 + 0.65 * share)
    }
}
