/// What the extractor of `stc` needs besides the number of bits.
struct TrellisParameters: Equatable {
    static let byteCount = 9

    /// 7 … 12.
    let constraintHeight: Int
    /// Samples in the code, in path order behind the parameters.
    let sampleCount: Int
    /// Bits in the second-last bits of the levels; the others are in the last bits.
    let firstLayerBitCount: Int

    init(constraintHeight: Int, sampleCount: Int, firstLayerBitCount: Int) {
        self.constraintHeight = constraintHeight
        self.sampleCount = sampleCount
        self.firstLayerBitCount = firstLayerBitCount
    }

    var encoded: [UInt8] {
        [UInt8(constraintHeight)] + DetailReader.bytes(sampleCount, 4) + DetailReader.bytes(firstLayerBitCount, 4)
    }

    /// - Returns: nil for a height that there is no code for.
    init?(detail: [UInt8]) {
        var reader = DetailReader(detail[MaskPlacement.byteCount...])
        constraintHeight = reader.number(1)
        sampleCount = reader.number(4)
        firstLayerBitCount = reader.number(4)
        guard SyndromeTrellisCode.constraintHeights.contains(constraintHeight) else { return nil }
    }
}
