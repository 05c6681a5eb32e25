/// What a body says of each block.
public struct MarkLayout: Hashable, Sendable {
    /// Bytes of a leaf, 7 or 15: whoever forges the place of a change, never the fact, tries 2⁵⁶ or 2¹²⁰ times.
    public let leafByteCount: Int

    /// Whether strips of eight rows and columns show where in a block something changed.
    public let hasStrips: Bool

    /// Whether there are records of blocks at all; there are none for bytes that are no samples.
    public let hasBlocks: Bool

    public init(longLeaves: Bool = false, hasStrips: Bool = true, hasBlocks: Bool = true) {
        leafByteCount = longLeaves ? 15 : 7
        self.hasStrips = hasStrips && hasBlocks
        self.hasBlocks = hasBlocks
    }

    /// Bit 0: strips; bit 1: long leaves; bit 2: no blocks. Bits 3 to 7 are another's.
    var flags: UInt8 { (hasStrips ? 1 : 0) | (leafByteCount == 15 ? 2 : 0) | (hasBlocks ? 0 : 4) }

    init(flags: UInt8) {
        self.init(longLeaves: flags & 2 != 0, hasStrips: flags & 1 != 0, hasBlocks: flags & 4 == 0)
    }
}
