/// The entry of one block in a mark's body: how the block carries, and digests of its restored samples.
struct BlockRecord: Equatable, Sendable {
    /// Rows or columns of a strip.
    static let stripWidth = 8

    /// An `ExpansionMode`'s byte, or 255.
    var mode: UInt8
    /// SHA-256 of the block's samples, cut.
    let leaf: [UInt8]
    /// A byte for each strip of eight rows, from the top; empty where the layout has no strips.
    let rows: [UInt8]
    /// A byte for each strip of eight columns, from the left.
    let columns: [UInt8]

    var bytes: [UInt8] { [mode] + leaf + rows + columns }

    /// Strips along a side of `length` samples.
    static func strips(_ length: Int) -> Int { (length + stripWidth - 1) / stripWidth }

    /// Bytes of the record of a block of this size.
    static func byteCount(_ area: BlockArea, _ layout: MarkLayout) -> Int {
        1 + layout.leafByteCount + (layout.hasStrips ? strips(area.height) + strips(area.width) : 0)
    }

    init(mode: UInt8, leaf: [UInt8], rows: [UInt8], columns: [UInt8]) {
        (self.mode, self.leaf, self.rows, self.columns) = (mode, leaf, rows, columns)
    }

    /// Digests a block.
    init(of samples: inout BlockSamples, index: Int, mode: UInt8, identifier: ImageIdentifier, layout: MarkLayout) {
        self.mode = mode
        var digest = LengthPrefixedDigest(domain: "leaf")
        digest.append(identifier.bytes)
        digest.append(Self.place(index))
        samples.append(to: &digest)
        leaf = digest.finish(layout.leafByteCount)
        guard layout.hasStrips else {
            (rows, columns) = ([], [])
            return
        }
        let area = samples.area
        rows = (0..<Self.strips(area.height)).map { strip in
            var digest = Self.stripDigest("row", identifier, index, strip)
            samples.append(rows: strip * Self.stripWidth..<min((strip + 1) * Self.stripWidth, area.height), to: &digest)
            return digest.finish(1)[0]
        }
        columns = (0..<Self.strips(area.width)).map { strip in
            var digest = Self.stripDigest("col", identifier, index, strip)
            samples.append(columns: strip * Self.stripWidth..<min((strip + 1) * Self.stripWidth, area.width), to: &digest)
            return digest.finish(1)[0]
        }
    }

    private static func stripDigest(_ domain: StaticString, _ identifier: ImageIdentifier, _ index: Int, _ strip: Int)
        -> LengthPrefixedDigest
    {
        var digest = LengthPrefixedDigest(domain: domain)
        digest.append(identifier.bytes)
        digest.append(place(index) + place(strip))
        return digest
    }

    private static func place(_ index: Int) -> [UInt8] { [UInt8(truncatingIfNeeded: index >> 8), UInt8(truncatingIfNeeded: index)] }
}

/// The layout of a body: the entry that it has for each block.
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
