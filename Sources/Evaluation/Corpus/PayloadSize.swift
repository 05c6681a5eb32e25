/// How much is to be hidden in an image.
public enum PayloadSize: Hashable, Sendable {
    case bytes(Int)
    /// Relative payload: bits for each sample of the image.
    case bitsPerSample(Double)

    /// The most that bytes may say; far beyond what any image here carries.
    private static let maximumBytes = 1 << 28

    /// Whole numbers are bytes ("1200"), numbers with a decimal point are bits a sample ("0.05").
    ///
    /// - Returns: `nil` for anything else, for nothing at all, and for more than 16 bits a sample.
    public init?(_ text: String) {
        if let bytes = Int(text) {
            guard (1...Self.maximumBytes).contains(bytes) else { return nil }
            self = .bytes(bytes)
        } else {
            guard text.contains("."), let ratio = Double(text), ratio > 0, ratio <= 16 else { return nil }
            self = .bitsPerSample(ratio)
        }
    }

    /// Whole bytes for an image of this many samples, at least one.
    public func byteCount(sampleCount: Int) -> Int {
        switch self {
        case .bytes(let count): count
        case .bitsPerSample(let ratio): max(1, Int((ratio * Double(sampleCount) / 8).rounded()))
        }
    }

    /// As a person writes it: "1200 B", "0.05 bit/sample".
    public var name: String {
        switch self {
        case .bytes(let count): "\(count) B"
        case .bitsPerSample(let ratio): "\(ratio) bit/sample"
        }
    }
}
