/// One scan of a JPEG codestream: its header (ITU-T T.81 §B.2.3) and the walk through its entropy-coded segments.
struct JPEGScan {
    struct Component {
        /// Index in the frame.
        let index: Int
        let dc: HuffmanTable?
        let ac: HuffmanTable?
    }

    let components: [Component]
    let spectralStart: Int
    let spectralEnd: Int
    let approximationHigh: Int
    let approximationLow: Int

    /// - Parameter content: of the segment, behind its length.
    init?(_ content: [UInt8], _ frame: JPEGFrame, tables: JPEGTables) {
        guard let count = content.first.map(Int.init), (1...4).contains(count), content.count == 4 + 2 * count else { return nil }
        var components: [Component] = []
        for entry in 0..<count {
            let selector = content[2 + 2 * entry]
            guard let index = frame.components.firstIndex(where: { $0.identifier == content[1 + 2 * entry] }),
                !components.contains(where: { $0.index == index })
            else { return nil }
            components.append(Component(index: index, dc: tables.dc[selector >> 4], ac: tables.ac[selector & 15]))
        }
        self.components = components
        (spectralStart, spectralEnd) = (Int(content[1 + 2 * count]), Int(content[2 + 2 * count]))
        (approximationHigh, approximationLow) = (Int(content[3 + 2 * count] >> 4), Int(content[3 + 2 * count] & 15))
    }

    /// The data units that follow each other, a component and a block at a time.
    struct Order {
        /// Of each component: its place in the scan, the blocks of an MCU, blocks in a row of the component.
        let parts: [(component: Int, columns: Int, rows: Int, stride: Int)]
        let unitColumns: Int
        let unitCount: Int
    }

    func order(_ frame: JPEGFrame) -> Order {
        let interleaved = frame.interleavedUnits
        if components.count == 1 {
            let component = frame.components[components[0].index]
            let units = frame.units(of: component)
            return Order(
                parts: [(0, 1, 1, interleaved.columns * component.horizontal)], unitColumns: units.columns,
                unitCount: units.columns * units.rows)
        }
        let parts = components.enumerated().map { place, part in
            let component = frame.components[part.index]
            return (place, component.horizontal, component.vertical, interleaved.columns * component.horizontal)
        }
        return Order(parts: parts, unitColumns: interleaved.columns, unitCount: interleaved.columns * interleaved.rows)
    }
}

/// The tables that are in force at a point of a codestream.
struct JPEGTables {
    var dc: [UInt8: HuffmanTable] = [:]
    var ac: [UInt8: HuffmanTable] = [:]
    var restartInterval = 0
}
