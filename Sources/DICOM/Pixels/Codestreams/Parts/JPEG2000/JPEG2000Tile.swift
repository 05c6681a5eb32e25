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
