/// A High-Throughput JPEG 2000 codestream of the one form that our encoder writes, found sound down to the length of each code-block.
///
/// OpenJPH decodes several times faster than OpenJPEG and believes what a codestream says: a length that is not there makes it read and
/// write beyond its memory. So it is given what passes here and nothing else; other codestreams, which may be as valid, go to OpenJPEG.
/// What passes may still hold damaged code-blocks, whose decoding stays inside of the block's own memory.
///
/// The form (ISO/IEC 15444-1 §A.5, 15444-15 §A): one tile in one part, origin zero, at most 32768 × 32768 samples; reversible, one
/// layer, one precinct for each resolution, progression RPCL, code-blocks of 64 × 64 with one coding pass each, no markers between packets.
struct HighThroughputCodestream {
    /// At most as many as our encoder makes.
    static let maximumDecompositions = 9
    /// A precinct without a size of its own is 2^15 samples wide and high.
    static let maximumExtent = 1 << 15

    let header: CodestreamHeader
    let decompositions: Int
    /// Bit-planes of each subband, those of LL first, then HL, LH, HH of each resolution (15444-1 equation E-2).
    let bitPlanes: [Int]
    /// Where the SOT marker stands, counted from the first byte.
    let tilePartOffset: Int

    /// - Returns: nil when the codestream is damaged or of another form.
    init?(_ codestream: ArraySlice<UInt8>) {
        guard let header = CodestreamHeader.read(codestream, codec: .highThroughputJPEG2000) else { return nil }
        let cursor = BigEndianCursor(codestream)
        guard Self.isOneTile(cursor, header), let segments = Self.segments(cursor, from: 4 + (cursor.uint16(at: 4) ?? 0)),
            Self.isHighThroughputOnly(cursor, at: segments.capabilities),
            let decompositions = Self.decompositions(cursor, at: segments.style),
            let bitPlanes = Self.bitPlanes(cursor, at: segments.quantisation, decompositions: decompositions),
            let packets = Self.packets(cursor, at: segments.tilePart, count: codestream.count)
        else { return nil }
        self.header = header
        self.decompositions = decompositions
        self.bitPlanes = bitPlanes
        tilePartOffset = segments.tilePart - 4
        let start = codestream.startIndex
        var walk = PacketWalk(bytes: codestream[start + packets.lowerBound..<start + packets.upperBound])
        guard walk.isSound(of: self) else { return nil }
    }

    /// SIZ: the tile is the image, exactly, and both begin at the origin.
    private static func isOneTile(_ cursor: BigEndianCursor, _ header: CodestreamHeader) -> Bool {
        guard cursor.uint16(at: 4) == 38 + 3 * header.components, header.columns <= maximumExtent, header.rows <= maximumExtent,
            let columns = cursor.uint32(at: 24), let rows = cursor.uint32(at: 28)
        else { return false }
        let origins = [16, 20, 32, 36].map { cursor.uint32(at: $0) }
        // A larger tile would be as valid, but OpenJPH counts tiles with numbers that overflow.
        return origins.allSatisfy { $0 == 0 } && columns == header.columns && rows == header.rows
    }

    private struct Segments {
        var capabilities = 0
        var style = 0
        var quantisation = 0
        var tilePart = 0
    }

    /// Where the contents of the segments begin; each must be there once, in our encoder's order. Comments and lengths
    /// of tile-parts are passed over.
    private static func segments(_ cursor: BigEndianCursor, from start: Int) -> Segments? {
        var segments = Segments()
        var offset = start
        while let marker = cursor.uint16(at: offset), let length = cursor.uint16(at: offset + 2), length >= 2 {
            let content = offset + 4
            switch marker {
            case 0xFF50 where segments.capabilities == 0 && length == 8: segments.capabilities = content
            case 0xFF52 where segments.style == 0 && length == 12: segments.style = content
            case 0xFF5C where segments.quantisation == 0: segments.quantisation = content
            case 0xFF64, 0xFF55: break
            case 0xFF90 where length == 10 && segments.capabilities > 0 && segments.style > 0 && segments.quantisation > 0:
                segments.tilePart = content
                return segments
            default: return nil
            }
            offset += 2 + length
        }
        return nil
    }

    /// CAP: Part 15 alone of all parts; every code-block is high-throughput, none irreversible (15444-15 §A.3).
    private static func isHighThroughputOnly(_ cursor: BigEndianCursor, at offset: Int) -> Bool {
        guard cursor.uint32(at: offset) == 0x0002_0000, let capabilities = cursor.uint16(at: offset + 4) else { return false }
        return capabilities & 0xFFE0 == 0
    }

    /// COD: no precincts, SOP or EPH; RPCL, one layer, any colour transform; 64 × 64, high throughput, reversible 5/3.
    private static func decompositions(_ cursor: BigEndianCursor, at offset: Int) -> Int? {
        guard cursor.uint8(at: offset) == 0, cursor.uint8(at: offset + 1) == 2, cursor.uint16(at: offset + 2) == 1,
            let transform = cursor.uint8(at: offset + 4), transform <= 1,
            let decompositions = cursor.uint8(at: offset + 5), decompositions <= maximumDecompositions,
            cursor.uint16(at: offset + 6) == 0x0404, cursor.uint16(at: offset + 8) == 0x4001
        else { return nil }
        return decompositions
    }

    /// QCD: no quantisation, an exponent for each subband.
    private static func bitPlanes(_ cursor: BigEndianCursor, at offset: Int, decompositions: Int) -> [Int]? {
        guard cursor.uint16(at: offset - 2) == 4 + 3 * decompositions, let style = cursor.uint8(at: offset), style & 0x1F == 0 else {
            return nil
        }
        let guardBits = style >> 5
        var planes: [Int] = []
        for subband in 0...3 * decompositions {
            guard let exponent = cursor.uint8(at: offset + 1 + subband), exponent & 7 == 0 else { return nil }
            // OpenJPH computes in words of 32 bits.
            let count = guardBits + exponent >> 3 - 1
            guard (1...30).contains(count) else { return nil }
            planes.append(count)
        }
        return planes
    }

    /// SOT and SOD: the bytes between them and EOC, behind which nothing but the padding of an odd length may stand.
    private static func packets(_ cursor: BigEndianCursor, at offset: Int, count: Int) -> Range<Int>? {
        guard cursor.uint16(at: offset) == 0, let length = cursor.uint32(at: offset + 2), cursor.uint16(at: offset + 6) == 0x0001,
            cursor.uint16(at: offset + 8) == 0xFF93
        else { return nil }
        let start = offset + 10
        let end = offset - 4 + length
        guard start <= end, end + 2 <= count, cursor.uint16(at: end) == 0xFFD9 else { return nil }
        guard end + 2 == count || end + 3 == count && cursor.uint8(at: end + 2) == 0 else { return nil }
        return start..<end
    }
}

/// The marker segment that tells where tile-parts begin (TLM, ISO/IEC 15444-1 §A.7.1), which transfer syntax …4.202 asks for
/// (PS3.5 §10.18) and OpenJPH does not write.
enum TilePartLengths {
    /// The same codestream with the segment in front of its only tile-part.
    ///
    /// - Throws: `encodingFailed` when the codestream is not as our encoder writes it.
    static func inserted(into codestream: [UInt8]) throws(DICOMError) -> [UInt8] {
        guard let sound = HighThroughputCodestream(codestream[...]) else {
            throw DICOMError(.encodingFailed, "the encoder wrote an unexpected codestream", tag: .pixelData)
        }
        let length = codestream[sound.tilePartOffset + 6..<sound.tilePartOffset + 10]
        // Marker; length of the segment; index of the segment; no tile indices, lengths of 32 bits; the length.
        let segment: [UInt8] = [0xFF, 0x55, 0, 8, 0, 0x40] + length
        return codestream[..<sound.tilePartOffset] + segment + codestream[sound.tilePartOffset...]
    }
}
