/// How the packets of one component are laid out: the part of COD and COC that packet headers depend on (ISO/IEC 15444-1 §A.6.1, §A.6.2).
struct JPEG2000CodingStyle {
    let decompositions: Int
    /// Binary logarithms of a code-block's extents.
    let blockWidth: Int
    let blockHeight: Int
    let blockStyle: Int
    /// Binary logarithms of a precinct's extents, of each resolution.
    private let precincts: [(width: Int, height: Int)]

    /// - Parameter content: SPcod or SPcoc.
    init?(_ content: ArraySlice<UInt8>, hasPrecincts: Bool) {
        let content = Array(content)
        guard content.count >= 5, content[0] <= 32, content[1] <= 8, content[2] <= 8, content[1] + content[2] <= 8, content[4] <= 1,
            content.count == (hasPrecincts ? 6 + Int(content[0]) : 5), content[3] & 0x80 == 0
        else { return nil }
        decompositions = Int(content[0])
        (blockWidth, blockHeight) = (Int(content[1]) + 2, Int(content[2]) + 2)
        blockStyle = Int(content[3])
        precincts = content.dropFirst(5).map { (Int($0 & 15), Int($0 >> 4)) }
    }

    func precinct(of resolution: Int) -> (width: Int, height: Int) {
        precincts.isEmpty ? (15, 15) : precincts[resolution]
    }

    /// Each coding pass ends its codeword.
    var endsEachPass: Bool { blockStyle & 0x04 != 0 }
    /// Low bit-planes are written raw.
    var bypasses: Bool { blockStyle & 0x01 != 0 }
    var isHighThroughput: Bool { blockStyle & 0x40 != 0 }
}

/// What COD says of a tile as a whole.
struct JPEG2000TileStyle {
    let mayHaveStartMarkers: Bool
    let hasHeaderEndMarkers: Bool
    /// 0 LRCP, 1 RLCP, 2 RPCL, 3 PCRL, 4 CPRL.
    let progression: Int
    let layers: Int
    let components: JPEG2000CodingStyle

    /// - Parameter content: of COD, behind its length.
    init?(_ content: ArraySlice<UInt8>) {
        let bytes = Array(content)
        guard bytes.count >= 10, bytes[0] < 8, bytes[1] <= 4, bytes[4] <= 1,
            let components = JPEG2000CodingStyle(bytes[5...], hasPrecincts: bytes[0] & 1 != 0)
        else { return nil }
        mayHaveStartMarkers = bytes[0] & 2 != 0
        hasHeaderEndMarkers = bytes[0] & 4 != 0
        progression = Int(bytes[1])
        layers = Int(bytes[2]) << 8 | Int(bytes[3])
        guard layers > 0 else { return nil }
        self.components = components
    }
}
