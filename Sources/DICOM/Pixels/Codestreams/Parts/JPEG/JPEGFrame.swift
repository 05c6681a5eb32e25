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
