/// Walks a JPEG 2000 codestream, of Part 1 or high-throughput, from SOC to EOC (ISO/IEC 15444-1 Annex A) and keeps what a decoder needs:
/// sizes, coding styles, quantisation, regions of interest, and the packets of each tile.
///
/// Codestreams with a changed progression, packed packet headers, an offset on the reference grid or subsampling are not walked.
struct JPEG2000Walk {
    private let bytes: ArraySlice<UInt8>
    private let header: CodestreamHeader
    private let cursor: BigEndianCursor
    private var parts: CodestreamParts
    private var position = 2
    private var main: JPEG2000Parameters
    private var tiles: [Int: JPEG2000Tile] = [:]
    private let tileColumns: Int
    private let tileRows: Int
    private let tileWidth: Int
    private let tileHeight: Int

    /// - Parameter offset: where the codestream begins in its frame's bytes.
    /// - Returns: nil when the codestream is damaged or of another kind.
    static func parts(of codestream: ArraySlice<UInt8>, _ header: CodestreamHeader, offset: Int) -> CodestreamParts? {
        guard var walk = JPEG2000Walk(codestream, header, offset: offset), walk.readMainHeader(), walk.readTileParts() else { return nil }
        return walk.parts
    }

    private init?(_ bytes: ArraySlice<UInt8>, _ header: CodestreamHeader, offset: Int) {
        self.bytes = bytes
        self.header = header
        let cursor = BigEndianCursor(bytes)
        self.cursor = cursor
        parts = CodestreamParts(bytes, offset: offset)
        main = JPEG2000Parameters(componentCount: header.components)
        let origins = [16, 20, 32, 36].map { cursor.uint32(at: $0) }
        guard header.components <= 4, cursor.uint16(at: 4) == 38 + 3 * header.components, origins.allSatisfy({ $0 == 0 }),
            let width = cursor.uint32(at: 24), let height = cursor.uint32(at: 28), width > 0, height > 0
        else { return nil }
        (tileWidth, tileHeight) = (width, height)
        (tileColumns, tileRows) = ((header.columns + width - 1) / width, (header.rows + height - 1) / height)
        guard tileColumns * tileRows <= 65535 else { return nil }
    }

    // MARK: Headers

    private mutating func readMainHeader() -> Bool {
        let end = 4 + 38 + 3 * header.components
        guard end <= bytes.count else { return false }
        parts.keep(0..<end)
        position = end
        var parameters = main
        guard readSegments(into: &parameters, upTo: 0xFF90, keep: true) else { return false }
        main = parameters.inherited
        return main.isComplete
    }

    /// Segments up to a marker, which is left for the caller; those that are needed are kept, now or by the caller.
    private mutating func readSegments(into parameters: inout JPEG2000Parameters, upTo end: Int, keep: Bool) -> Bool {
        while let marker = cursor.uint16(at: position), marker != end {
            guard let length = cursor.uint16(at: position + 2), length >= 2, position + 2 + length <= bytes.count else { return false }
            let range = position..<position + 2 + length
            let content = bytes[bytes.startIndex + range.lowerBound + 4..<bytes.startIndex + range.upperBound]
            switch parameters.read(marker, content) {
            case .needed: if keep { parts.keep(range) } else { tilePartSegments.append(range) }
            case .superfluous: break
            case .unknown: return false
            }
            position = range.upperBound
        }
        return cursor.uint16(at: position) == end
    }

    /// The segments that are needed of the header of the current tile-part.
    private var tilePartSegments: [Range<Int>] = []

    // MARK: Tile-parts

    private mutating func readTileParts() -> Bool {
        while cursor.uint16(at: position) == 0xFF90 {
            guard readTilePart() else { return false }
        }
        // A codestream without EOC was cut; where nothing else is missing, it is whole again with one.
        guard position >= bytes.count || cursor.uint16(at: position) == 0xFFD9, tiles.count == tileColumns * tileRows else { return false }
        parts.put([0xFF, 0xD9])
        return true
    }

    private mutating func readTilePart() -> Bool {
        let start = position
        guard cursor.uint16(at: start + 2) == 10, let index = cursor.uint16(at: start + 4), index < tileColumns * tileRows,
            let length = cursor.uint32(at: start + 6), let part = cursor.uint8(at: start + 10)
        else { return false }
        position += 12
        tilePartSegments = []
        var parameters = main
        guard readSegments(into: &parameters, upTo: 0xFF93, keep: false) else { return false }
        position += 2
        guard let end = length > 0 ? start + length : endOfLastTilePart(from: position), end >= position, end <= bytes.count else {
            return false
        }
        if tiles[index] == nil {
            guard part == 0, parameters.isComplete,
                let tile = JPEG2000Tile(extent(of: index), parameters, components: header.components, byteCount: bytes.count)
            else { return false }
            tiles[index] = tile
        } else if !tilePartSegments.isEmpty {
            return false
        }
        let data = bytes[bytes.startIndex + position..<bytes.startIndex + end]
        guard let dataEnd = tiles[index]?.walk(data) else { return false }
        keepTilePart(from: start, data: position..<dataEnd - bytes.startIndex)
        position = end
        return true
    }

    private func extent(of index: Int) -> JPEG2000TileGeometry.Extent {
        let (row, column) = index.quotientAndRemainder(dividingBy: tileColumns)
        return JPEG2000TileGeometry.Extent(
            left: column * tileWidth, top: row * tileHeight, right: min((column + 1) * tileWidth, header.columns),
            bottom: min((row + 1) * tileHeight, header.rows))
    }

    /// The last tile-part may leave its length open; no marker above FF8F occurs inside of packets (§B.10.1).
    private func endOfLastTilePart(from start: Int) -> Int? {
        let data = bytes[(bytes.startIndex + start)...]
        let end = data.indices.first { data[$0] == 0xFF && $0 + 1 < data.endIndex && data[$0 + 1] == 0xD9 } ?? data.endIndex
        return end - bytes.startIndex
    }

    /// The tile-part with its length as it is without what was left out.
    private mutating func keepTilePart(from start: Int, data: Range<Int>) {
        let length = UInt32(truncatingIfNeeded: 12 + tilePartSegments.reduce(0) { $0 + $1.count } + 2 + data.count)
        parts.keep(start..<start + 6)
        parts.put((0..<4).map { UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * $0)) })
        parts.keep(start + 10..<start + 12)
        for range in tilePartSegments { parts.keep(range) }
        parts.keep(data.lowerBound - 2..<data.upperBound)
    }
}
