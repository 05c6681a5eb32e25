/// How hard zstd tries, by the length of what is compressed.
///
/// A header hides in pixels, where every byte costs, and is short: it gets the best. Objects of megabytes travel beside the pixels,
/// where time counts more. Measured on one core (docs/formats/dictionary.md): 6 KB in 0.9 ms, 90 KB in 15 ms, 290 KB in 6 ms.
enum CompressionEffort: Int, CaseIterable, Sendable {
    case header
    case longHeader
    case object

    init(byteCount: Int) {
        switch byteCount {
        case ...16_384: self = .header
        case ...262_144: self = .longHeader
        default: self = .object
        }
    }

    /// zstd's compression level.
    var level: Int32 {
        switch self {
        case .header: 19
        case .longHeader: 15
        case .object: 6
        }
    }
}
