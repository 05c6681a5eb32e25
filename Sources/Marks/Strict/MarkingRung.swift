/// One way to put a mark into an image that has little room: how often the body's shares are there, and what is left out.
public struct MarkingRung: Hashable, Sendable {
    /// Shares for each word of the body: 2 survives the loss of half of them.
    public let redundancy: Double
    /// Whether the body says which strips of a block changed.
    public let hasStrips: Bool
    /// How many of the five thresholds may be used; the first three change samples by 4 at most.
    let thresholdCount: Int
    /// The most shares of a block, as a multiple of the mean over all blocks.
    let crowding: Double

    public init(redundancy: Double, hasStrips: Bool, thresholdCount: Int, crowding: Double) {
        (self.redundancy, self.hasStrips) = (redundancy, hasStrips)
        (self.thresholdCount, self.crowding) = (thresholdCount, crowding)
    }

    /// From what survives most to what asks least. A mark that needs more is not put into the pixels at all.
    public static let ladder = [
        MarkingRung(redundancy: 2, hasStrips: true, thresholdCount: 3, crowding: 2),
        MarkingRung(redundancy: 2, hasStrips: true, thresholdCount: 3, crowding: 4),
        MarkingRung(redundancy: 1.5, hasStrips: true, thresholdCount: 3, crowding: 4),
        MarkingRung(redundancy: 1.5, hasStrips: false, thresholdCount: 3, crowding: 4),
        MarkingRung(redundancy: 1.5, hasStrips: false, thresholdCount: 5, crowding: 4),
        MarkingRung(redundancy: 1.2, hasStrips: false, thresholdCount: 5, crowding: 4),
    ]

    /// For the report.
    public var description: String {
        let strips = hasStrips ? "8 × 8 cells" : "whole blocks only"
        return "redundancy \(redundancy), \(strips), changes of at most \(ExpansionMode.thresholds[thresholdCount - 1])"
    }
}
