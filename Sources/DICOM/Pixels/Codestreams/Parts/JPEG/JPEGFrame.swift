/// The frame header of a JPEG codestream (ITU-T T.81 §B.2.2).
struct JPEGFrame {
    enum Process { case sequential, progressive, lossless }

    struct Component {
        let identifier: UInt8
        let horizontal: Int
        let vertical: Int
        let quantisation: Int
    }

    let process: Process
    let precision: Int
    let rows: Int
    let columns: Int
    let components: [Component]

    /// - Parameters:
    ///   - marker: SOF0 … SOF3 with Huffman coding; others are not read.
    ///   - content: of the segment, behind its length.
    init?(marker: UInt8, _ content: [UInt8]) {
        switch marker {
        case 0xC0, 0xC1: process = .sequential
        case 0xC2: process = .progressive
        case 0xC3: process = .lossless
        default: return nil
        }
        guard content.count >= 6, content.count == 6 + 3 * Int(content[5]), (1...4).contains(content[5]) else { return nil }
        precision = Int(content[0])
        rows = Int(content[1]) << 8 | Int(content[2])
        columns = Int(content[3]) << 8 | Int(content[4])
        components = (0..<Int(content[5])).map { index in
            let entry = content[6 + 3 * index..<9 + 3 * index]
            return Component(
                identifier: entry[entry.startIndex], horizontal: Int(entry[entry.startIndex + 1] >> 4),
                vertical: Int(entry[entry.startIndex + 1] & 15), quantisation: Int(entry[entry.startIndex + 2]))
        }
        let factorsAreSound = components.allSatisfy { (1...4).contains($0.horizontal) && (1...4).contains($0.vertical) }
        guard rows > 0, columns > 0, (2...16).contains(precision), factorsAreSound, components.allSatisfy({ $0.quantisation < 4 }),
            Set(components.map(\.identifier)).count == components.count
        else { return nil }
    }

    /// Samples of a data unit's side.
    var unit: Int { process == .lossless ? 1 : 8 }
    var maximumHorizontal: Int { components.map(\.horizontal).max() ?? 1 }
    var maximumVertical: Int { components.map(\.vertical).max() ?? 1 }

    /// Data units of a component that is alone in its scan (§A.2.2).
    func units(of component: Component) -> (columns: Int, rows: Int) {
        func count(_ extent: Int, _ factor: Int, _ maximum: Int) -> Int {
            let samples = (extent * factor + maximum - 1) / maximum
            return (samples + unit - 1) / unit
        }
        return (count(columns, component.horizontal, maximumHorizontal), count(rows, component.vertical, maximumVertical))
    }

    /// Minimum coded units of a scan of several components (§A.2.3).
    var interleavedUnits: (columns: Int, rows: Int) {
        let (width, height) = (unit * maximumHorizontal, unit * maximumVertical)
        return ((columns + width - 1) / width, (rows + height - 1) / height)
    }
}

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
