/// One tile of a JPEG 2000 codestream, whose packets are walked header by header over all of its tile-parts.
struct JPEG2000Tile {
    private let style: JPEG2000TileStyle
    private var precincts: [JPEG2000Precinct]
    private let packets: [JPEG2000TileGeometry.Packet]
    private var next = 0

    /// - Parameter byteCount: of the codestream; each packet takes one at least.
    init?(_ extent: JPEG2000TileGeometry.Extent, _ parameters: JPEG2000Parameters, components: Int, byteCount: Int) {
        guard let style = parameters.tile, !extent.isEmpty,
            let geometry = JPEG2000TileGeometry(
                extent, parameters, components: components, maximumPrecincts: byteCount / style.layers)
        else { return nil }
        self.style = style
        packets = geometry.packets(style)
        precincts = geometry.precincts
    }

    var isComplete: Bool { next == packets.count }

    /// Walks the packets of one tile-part.
    ///
    /// - Returns: the offset behind the last of them; nil when one is damaged or does not end in this tile-part.
    mutating func walk(_ bytes: ArraySlice<UInt8>) -> Int? {
        var position = bytes.startIndex
        while next < packets.count, position < bytes.endIndex {
            guard let end = walkPacket(bytes, at: position) else { return nil }
            position = end
            next += 1
        }
        return position
    }

    private mutating func walkPacket(_ bytes: ArraySlice<UInt8>, at start: Int) -> Int? {
        var start = start
        if style.mayHaveStartMarkers, bytes[start...].starts(with: [0xFF, 0x91]) {
            // SOP holds the packet's number.
            let marker: [UInt8] = [0xFF, 0x91, 0, 4, UInt8(truncatingIfNeeded: next >> 8), UInt8(truncatingIfNeeded: next)]
            guard bytes[start...].starts(with: marker) else { return nil }
            start += marker.count
        }
        let packet = packets[next]
        var header = PacketBits(bytes, at: start)
        guard let isFilled = header.bit() else { return nil }
        var length = 0
        if isFilled {
            guard let body = precincts[packet.precinct].bodyLength(layer: packet.layer, &header) else { return nil }
            length = body
        }
        guard header.isPaddedWithZeros, var end = header.end() else { return nil }
        if style.hasHeaderEndMarkers {
            guard bytes[end...].starts(with: [0xFF, 0x92]) else { return nil }
            end += 2
        }
        guard length <= bytes.endIndex - end else { return nil }
        return end + length
    }
}

/// The code-blocks of one precinct, and what packet headers have said of them so far (ISO/IEC 15444-1 §B.10).
struct JPEG2000Precinct {
    struct Block {
        var isIncluded = false
        var lengthBits = 3
        var passes = 0
    }

    struct Band {
        let columns: Int
        let rows: Int
        var inclusion: TagTree
        var missingPlanes: TagTree
        var blocks: [Block]

        init(columns: Int, rows: Int) {
            self.columns = columns
            self.rows = rows
            inclusion = TagTree(columns: columns, rows: rows)
            missingPlanes = inclusion
            blocks = [Block](repeating: Block(), count: columns * rows)
        }
    }

    private let style: JPEG2000CodingStyle
    private var bands: [Band]

    init(_ bands: [Band], _ style: JPEG2000CodingStyle) {
        self.bands = bands
        self.style = style
    }

    /// The bytes of a packet's body; nil when its header is damaged.
    mutating func bodyLength(layer: Int, _ header: inout PacketBits) -> Int? {
        var total = 0
        for band in bands.indices {
            for row in 0..<bands[band].rows {
                for column in 0..<bands[band].columns {
                    guard let length = blockLength(band, column, row, layer, &header) else { return nil }
                    total += length
                }
            }
        }
        return total
    }

    private mutating func blockLength(_ band: Int, _ column: Int, _ row: Int, _ layer: Int, _ header: inout PacketBits) -> Int? {
        let index = row * bands[band].columns + column
        var block = bands[band].blocks[index]
        guard let contributes = block.isIncluded ? header.bit() : bands[band].inclusion.isBelow(layer + 1, column, row, &header) else {
            return nil
        }
        guard contributes else { return 0 }
        if !block.isIncluded {
            guard bands[band].missingPlanes.value(column, row, &header) != nil else { return nil }
            block.isIncluded = true
        }
        guard let passes = Self.passes(&header) else { return nil }
        while true {
            guard let isLonger = header.bit() else { return nil }
            guard isLonger else { break }
            block.lengthBits += 1
        }
        var length = 0
        for count in segments(of: passes, behind: block.passes) ?? [] {
            let bits = block.lengthBits + Int.bitWidth - 1 - count.leadingZeroBitCount
            guard bits <= 31, let next = header.bits(bits) else { return nil }
            length += next
        }
        // Thirty-odd bit-planes of three passes each is more than any codestream has.
        guard !style.isHighThroughput || block.passes == 0, block.passes + passes <= 164 else { return nil }
        block.passes += passes
        bands[band].blocks[index] = block
        return length
    }

    /// Table B.4.
    private static func passes(_ header: inout PacketBits) -> Int? {
        guard let second = header.bit() else { return nil }
        guard second else { return 1 }
        guard let third = header.bit() else { return nil }
        guard third else { return 2 }
        guard let few = header.bits(2) else { return nil }
        guard few == 3 else { return 3 + few }
        guard let more = header.bits(5) else { return nil }
        guard more == 31 else { return 6 + more }
        return header.bits(7).map { 37 + $0 }
    }

    /// The coding passes of each codeword segment, whose lengths follow each other (§B.10.7.2; ISO/IEC 15444-15 §B.3).
    private func segments(of passes: Int, behind before: Int) -> [Int]? {
        if style.isHighThroughput {
            // Placeholders in threes, which only make the first length longer; a cleanup pass; up to two refinements together.
            let placeholders = (passes - 1) / 3 * 3
            let refinements = passes - placeholders - 1
            return refinements > 0 ? [placeholders + 1, refinements] : [placeholders + 1]
        }
        if style.endsEachPass { return [Int](repeating: 1, count: passes) }
        guard style.bypasses else { return [passes] }
        var segments: [Int] = []
        var (position, left) = (before, passes)
        while left > 0 {
            // Ten passes, then two raw ones and an arithmetically coded one by turns (Table D.9).
            let room = position < 10 ? 10 - position : (position - 10) % 3 == 0 ? 2 : 1
            segments.append(min(room, left))
            position += min(room, left)
            left -= min(room, left)
        }
        return segments
    }
}
