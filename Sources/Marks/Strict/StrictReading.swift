/// What was found of a strict mark in an image.
public struct StrictReading: Sendable {
    /// The image as a whole.
    public enum Verdict: String, Hashable, Sendable, CaseIterable {
        /// Every sample is as it was signed.
        case intact
        /// Every sample is as it was signed once the mark is taken off, or was taken off before; bits of the mark itself differ.
        case markTouched
        /// Samples differ in the blocks that are named.
        case tampered
        /// At least one block proves itself without being signed.
        case forged
        /// At least one block is another image's.
        case foreign
        /// There is a mark, and its signed list cannot be read or is lost in every block.
        case unreadable
        /// No block proves itself and no element holds a body.
        case notMarked
    }

    /// Where the body was read.
    public enum Source: String, Hashable, Sendable {
        case pixels
        case element
    }

    public internal(set) var verdict: Verdict
    /// Of the image that most blocks name, or of the element's body.
    public internal(set) var identifier: ImageIdentifier?
    /// The signed list; `nil` where it cannot be read.
    public internal(set) var body: MarkBody?
    public internal(set) var source: Source?
    /// `nil` where there is no body.
    public internal(set) var judgement: IssuerDirectory.Judgement?
    /// One for each block of the grid.
    public internal(set) var blocks: [BlockVerdict]
    public let grid: MarkGrid
    /// Blocks that prove themselves and were changed behind their frame, where nothing is signed.
    var refilled: Set<Int> = []
    /// Cells of 8 × 8 samples in which samples differ from what was signed.
    public internal(set) var cells: [BlockArea] = []
    /// The image without its mark, as far as it can be taken off.
    public internal(set) var restored: MarkImage
    /// Whether the restored image has the digest that was signed.
    public internal(set) var isExact = false
    /// Blocks whose tag fits.
    public internal(set) var provingBlocks: Int
    /// Shares that were wrong although their block proves itself: somebody forged them.
    public internal(set) var forgedShares = 0

    /// Images that foreign blocks come from.
    public var foreignImages: Set<ImageIdentifier> {
        Set(blocks.compactMap { if case .foreign(let image, _) = $0, image != identifier { image } else { nil } })
    }
}
