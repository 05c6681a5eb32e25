/// Goes through the packets of a tile, header by header, and checks that they fill it exactly (ISO/IEC 15444-1 §B.9, §B.10).
struct PacketWalk {
    private static let blockExtent = 64
    /// The longest code-block is a little over 4096 samples of four bytes; ten times that is still no danger.
    private static let maximumLengthBits = 20

    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// O(code-blocks). With one precinct for each resolution, RPCL means resolution by resolution, component by component.
    mutating func isSound(of codestream: HighThroughputCodestream) -> Bool {
        for resolution in 0...codestream.decompositions {
            let subbands = Self.subbands(of: codestream, resolution: resolution)
            for _ in 0..<codestream.header.components {
                guard passPacket(subbands) else { return false }
            }
        }
        return position == bytes.endIndex
    }

    private struct Subband {
        /// Code-blocks side by side and above each other; none when the subband is empty.
        let columns: Int
        let rows: Int
        let bitPlanes: Int
    }

    /// LL alone of the lowest resolution, HL, LH and HH of each other (§B.5).
    private static func subbands(of codestream: HighThroughputCodestream, resolution: Int) -> [Subband] {
        let header = codestream.header
        guard resolution > 0 else {
            let scale = 1 << codestream.decompositions
            return [
                Subband(
                    columns: blocks((header.columns + scale - 1) / scale), rows: blocks((header.rows + scale - 1) / scale),
                    bitPlanes: codestream.bitPlanes[0])
            ]
        }
        let scale = 1 << (codestream.decompositions - resolution + 1)
        // Equation B-15: ⌈(extent − half the scale) / scale⌉ of a high-pass direction, ⌈extent / scale⌉ of a low-pass one.
        func extent(_ extent: Int, highPass: Bool) -> Int { (extent - (highPass ? scale / 2 : 0) + scale - 1) / scale }
        return [(true, false), (false, true), (true, true)].enumerated().map { index, highPass in
            let columns = extent(header.columns, highPass: highPass.0)
            let rows = extent(header.rows, highPass: highPass.1)
            let isEmpty = columns == 0 || rows == 0
            return Subband(
                columns: isEmpty ? 0 : blocks(columns), rows: isEmpty ? 0 : blocks(rows),
                bitPlanes: codestream.bitPlanes[3 * (resolution - 1) + 1 + index])
        }
    }

    private static func blocks(_ extent: Int) -> Int { (extent + blockExtent - 1) / blockExtent }

    private mutating func passPacket(_ subbands: [Subband]) -> Bool {
        var header = PacketBits(bytes, at: position)
        guard let isFilled = header.bit() else { return false }
        var bodyLength = 0
        if isFilled {
            for subband in subbands where subband.columns > 0 {
                guard let length = Self.length(of: subband, &header) else { return false }
                bodyLength += length
            }
        }
        guard let end = header.end(), bodyLength <= bytes.endIndex - end else { return false }
        position = end + bodyLength
        return true
    }

    /// The bytes of a subband's code-blocks; nil when the header is damaged or of another encoder.
    private static func length(of subband: Subband, _ header: inout PacketBits) -> Int? {
        var inclusion = TagTree(columns: subband.columns, rows: subband.rows)
        var missingPlanes = inclusion
        var total = 0
        for row in 0..<subband.rows {
            for column in 0..<subband.columns {
                guard let isIncluded = inclusion.isBelow(1, column, row, &header) else { return nil }
                guard isIncluded else { continue }
                // One bit-plane at least is not missing.
                guard let missing = missingPlanes.value(column, row, &header), missing < subband.bitPlanes else { return nil }
                guard let length = blockLength(&header) else { return nil }
                total += length
            }
        }
        return total
    }

    /// Number of coding passes (Table B.4), which is one, and the length of that pass (§B.10.7).
    private static func blockLength(_ header: inout PacketBits) -> Int? {
        guard header.bit() == false else { return nil }
        var lengthBits = 3
        while let isLonger = header.bit(), isLonger {
            lengthBits += 1
            guard lengthBits <= maximumLengthBits else { return nil }
        }
        guard let length = header.bits(lengthBits), length >= 2 else { return nil }
        return length
    }
}
