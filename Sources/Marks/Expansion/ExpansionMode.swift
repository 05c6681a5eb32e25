/// How one block carries its bits: the threshold of expansion, and how restless a neighbourhood may be to take part.
struct ExpansionMode: Hashable, Sendable {
    /// T: prediction errors e with −T ≤ e < T are expanded and carry a bit; all others are shifted out of the way by T.
    static let thresholds: [Int32] = [1, 2, 4, 8, 16]

    /// τ: the largest spread (greatest minus least) of the four neighbours of a sample that takes part.
    static let spreads: [Int32] = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 512, 1 << 20]

    /// The byte that stands for a block that carries nothing.
    static let carriesNothing: UInt8 = 255

    /// Index in `thresholds`.
    let thresholdIndex: Int

    /// Index in `spreads`.
    let spreadIndex: Int

    init(thresholdIndex: Int, spreadIndex: Int) {
        self.thresholdIndex = thresholdIndex
        self.spreadIndex = spreadIndex
    }

    /// - Returns: `nil` for a byte that names no mode; 255 is one of them.
    init?(byte: UInt8) {
        let (threshold, spread) = Int(byte).quotientAndRemainder(dividingBy: 20)
        guard Self.thresholds.indices.contains(threshold), Self.spreads.indices.contains(spread) else { return nil }
        self.init(thresholdIndex: threshold, spreadIndex: spread)
    }

    var byte: UInt8 { UInt8(20 * thresholdIndex + spreadIndex) }

    var threshold: Int32 { Self.thresholds[thresholdIndex] }

    var spread: Int32 { Self.spreads[spreadIndex] }

    /// Of every spread up to 513 the index of the least τ that admits it; larger ones have that of 513.
    private static let spreadIndices: [UInt8] = (0...513).map { spread in
        UInt8(spreads.firstIndex { Int32(spread) <= $0 } ?? spreads.count - 1)
    }

    /// Calls `body` with the table of indices by spread, 0 to 513.
    static func withSpreadIndices(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        spreadIndices.withUnsafeBufferPointer(body)
    }
}
