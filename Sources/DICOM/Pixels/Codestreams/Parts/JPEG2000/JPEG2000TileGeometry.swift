/// The precincts of a tile in an image without subsampling (ISO/IEC 15444-1 §B.3 … §B.7), and the order of its packets (§B.12).
struct JPEG2000TileGeometry {
    struct Extent {
        let left: Int
        let top: Int
        let right: Int
        let bottom: Int

        var isEmpty: Bool { left >= right || top >= bottom }
    }

    /// One packet, and by what the progressions order it.
    struct Packet {
        let layer: Int
        let resolution: Int
        let component: Int
        /// On the reference grid.
        let top: Int
        let left: Int
        let precinct: Int
    }

    private(set) var precincts: [JPEG2000Precinct] = []
    private var positions: [(resolution: Int, component: Int, top: Int, left: Int)] = []
    private let extent: Extent
    /// More code-blocks than an image of this size has cannot be meant.
    private var blocksLeft: Int
    private let maximumPrecincts: Int

    /// - Parameter maximumPrecincts: each takes memory, and a byte of the codestream for each layer.
    init?(_ extent: Extent, _ parameters: JPEG2000Parameters, components: Int, maximumPrecincts: Int) {
        self.extent = extent
        self.maximumPrecincts = maximumPrecincts
        blocksLeft = components * ((extent.right - extent.left) * (extent.bottom - extent.top) / 4 + 4096)
        for component in 0..<components {
            guard let style = parameters.style(of: component) else { return nil }
            for resolution in 0...style.decompositions {
                guard append(resolution, component, style) else { return nil }
            }
        }
    }

    private static func divided(_ value: Int, _ shift: Int) -> Int { (value + 1 << shift - 1) >> shift }

    private mutating func append(_ resolution: Int, _ component: Int, _ style: JPEG2000CodingStyle) -> Bool {
        let shift = style.decompositions - resolution
        let area = Extent(
            left: Self.divided(extent.left, shift), top: Self.divided(extent.top, shift), right: Self.divided(extent.right, shift),
            bottom: Self.divided(extent.bottom, shift))
        guard !area.isEmpty else { return true }
        let size = style.precinct(of: resolution)
        // A precinct is halved in each direction where a resolution has three subbands.
        guard resolution == 0 || size.width > 0 && size.height > 0 else { return false }
        let columns = area.left >> size.width...(area.right - 1) >> size.width
        let rows = area.top >> size.height...(area.bottom - 1) >> size.height
        guard rows.count * columns.count <= maximumPrecincts - precincts.count else { return false }
        for row in rows {
            for column in columns {
                var bands: [JPEG2000Precinct.Band] = []
                for band in resolution == 0 ? [(0, 0)] : [(1, 0), (0, 1), (1, 1)] {
                    let cell = Extent(
                        left: column << size.width, top: row << size.height, right: (column + 1) << size.width,
                        bottom: (row + 1) << size.height)
                    guard let blocks = blocks(of: band, in: cell, resolution, style) else { continue }
                    blocksLeft -= blocks.columns * blocks.rows
                    guard blocksLeft >= 0 else { return false }
                    bands.append(JPEG2000Precinct.Band(columns: blocks.columns, rows: blocks.rows))
                }
                precincts.append(JPEG2000Precinct(bands, style))
                positions.append(
                    (
                        resolution, component, max(extent.top, row << (size.height + shift)),
                        max(extent.left, column << (size.width + shift))
                    ))
            }
        }
        return true
    }

    /// Code-blocks side by side and above each other; nil where the subband has nothing in the precinct.
    private func blocks(
        of band: (Int, Int), in cell: Extent, _ resolution: Int, _ style: JPEG2000CodingStyle
    ) -> (columns: Int, rows: Int)? {
        let halving = resolution == 0 ? 0 : 1
        let level = style.decompositions - resolution + halving
        // Equation B-15.
        func edge(_ value: Int, _ isHigh: Int) -> Int { Self.divided(value - (isHigh == 1 ? 1 << (level - 1) : 0), level) }
        let area = Extent(
            left: max(edge(extent.left, band.0), cell.left >> halving), top: max(edge(extent.top, band.1), cell.top >> halving),
            right: min(edge(extent.right, band.0), cell.right >> halving), bottom: min(edge(extent.bottom, band.1), cell.bottom >> halving))
        guard !area.isEmpty else { return nil }
        let size = style.precinct(of: resolution)
        let width = min(style.blockWidth, size.width - halving)
        let height = min(style.blockHeight, size.height - halving)
        return ((area.right - 1) >> width - area.left >> width + 1, (area.bottom - 1) >> height - area.top >> height + 1)
    }

    /// The packets as they follow each other.
    func packets(_ style: JPEG2000TileStyle) -> [Packet] {
        var packets: [Packet] = []
        packets.reserveCapacity(precincts.count * style.layers)
        for (index, position) in positions.enumerated() {
            for layer in 0..<style.layers {
                packets.append(
                    Packet(
                        layer: layer, resolution: position.resolution, component: position.component, top: position.top,
                        left: position.left, precinct: index))
            }
        }
        let key: (Packet) -> (Int, Int, Int, Int, Int, Int) =
            switch style.progression {
            case 0: { ($0.layer, $0.resolution, $0.component, $0.precinct, 0, 0) }
            case 1: { ($0.resolution, $0.layer, $0.component, $0.precinct, 0, 0) }
            case 2: { ($0.resolution, $0.top, $0.left, $0.component, $0.precinct, $0.layer) }
            case 3: { ($0.top, $0.left, $0.component, $0.resolution, $0.precinct, $0.layer) }
            default: { ($0.component, $0.top, $0.left, $0.resolution, $0.precinct, $0.layer) }
            }
        return packets.sorted { key($0) < key($1) }
    }
}
