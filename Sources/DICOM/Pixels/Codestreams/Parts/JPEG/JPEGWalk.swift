/// Walks a Huffman-coded JPEG codestream (ITU-T T.81 Annex B) from SOI to EOI and keeps what a decoder needs: quantisation and Huffman tables
/// that are used, the restart interval, frame and scan headers, and the entropy-coded bits themselves.
///
/// Two application segments decide how colour is to be read, JFIF's and Adobe's; each is written anew, for colour, with that one thing in it.
/// Arithmetic coding, hierarchical frames and lines of which only DNL tells the number are not walked.
struct JPEGWalk {
    private enum Item {
        case own([UInt8])
        case segment(Range<Int>)
        case quantisation(Quantisation)
        case huffman(HuffmanTable)
        case entropyCoded([EntropyBits])
    }

    /// One quantisation table (§B.2.4.1).
    private final class Quantisation {
        let range: Range<Int>
        var isUsed = false

        init(_ range: Range<Int>) { self.range = range }

        func write(into parts: inout CodestreamParts) {
            parts.put([0xFF, 0xDB, 0, UInt8(2 + range.count)])
            parts.keep(range)
        }
    }

    private let bytes: ArraySlice<UInt8>
    private var position = 2
    private var items: [Item] = []
    private var tables = JPEGTables()
    private var quantisations: [Int: Quantisation] = [:]
    private var frame: JPEGFrame?
    private var blocks: JPEGBlocks?

    /// The image that the data set promises. A walk takes memory by the frame's size, so no other is begun.
    private let description: PixelDescription
    private let keepsSamples: Bool

    /// - Returns: what the frame header says, and the parts; nil when the codestream is damaged, of another kind, or of another image than
    ///   the description says.
    static func walked(_ codestream: ArraySlice<UInt8>, _ description: PixelDescription) -> (JPEGFrame, CodestreamParts)? {
        guard let walk = JPEGWalk(codestream, description, keepsSamples: false), let frame = walk.frame else { return nil }
        return (frame, walk.written())
    }

    /// The samples that a lossless codestream describes; nil also for a lossy one.
    static func losslessSamples(_ codestream: ArraySlice<UInt8>, _ description: PixelDescription) -> LosslessSamples? {
        JPEGWalk(codestream, description, keepsSamples: true)?.blocks?.samples
    }

    private init?(_ codestream: ArraySlice<UInt8>, _ description: PixelDescription, keepsSamples: Bool) {
        guard codestream.starts(with: [0xFF, 0xD8]) else { return nil }
        bytes = codestream
        self.description = description
        self.keepsSamples = keepsSamples
        guard readSegments(), blocks?.isComplete == true else { return nil }
    }

    private func isExpected(_ frame: JPEGFrame) -> Bool {
        frame.columns == description.columns && frame.rows == description.rows
            && frame.components.count == description.samplesPerPixel
    }

    private func byte(_ offset: Int) -> UInt8 { bytes[bytes.startIndex + offset] }

    // MARK: Reading

    private mutating func readSegments() -> Bool {
        while let marker = nextMarker() {
            switch marker {
            case 0xD9: return true
            // Left over behind a scan, and of no meaning there.
            case 0xD0...0xD7, 0x01: continue
            case 0xD8, 0x00: return false
            default:
                guard position + 2 <= bytes.count else { return false }
                let length = Int(byte(position)) << 8 | Int(byte(position + 1))
                guard length >= 2, length <= bytes.count - position else { return false }
                let range = position - 2..<position + length
                position = range.upperBound
                guard readSegment(marker, range) else { return false }
            }
        }
        // The end was cut off, perhaps in front of nothing but the last marker.
        return blocks?.isComplete == true
    }

    /// Steps behind the next marker, over fill bytes and over whatever else stands where a marker should.
    private mutating func nextMarker() -> UInt8? {
        while position + 1 < bytes.count {
            if byte(position) == 0xFF, byte(position + 1) != 0xFF, byte(position + 1) != 0 {
                position += 2
                return byte(position - 1)
            }
            position += 1
        }
        return nil
    }

    private mutating func readSegment(_ marker: UInt8, _ range: Range<Int>) -> Bool {
        let content = Array(bytes[bytes.startIndex + range.lowerBound + 4..<bytes.startIndex + range.upperBound])
        switch marker {
        case 0xC4: return readHuffmanTables(content, at: range.lowerBound + 4)
        case 0xDB: return readQuantisationTables(content, at: range.lowerBound + 4)
        case 0xC0...0xC3:
            guard frame == nil, let read = JPEGFrame(marker: marker, content), isExpected(read),
                let walk = JPEGBlocks(read, keepsSamples: keepsSamples)
            else { return false }
            (frame, blocks) = (read, walk)
            items.append(.segment(range))
        case 0xDD:
            guard content.count == 2 else { return false }
            tables.restartInterval = Int(content[0]) << 8 | Int(content[1])
            items.append(.segment(range))
        case 0xDA: return readScan(content, range)
        case 0xE0 where frame == nil && content.starts(with: Array("JFIF\0".utf8)): items.append(.own(Self.jfif))
        case 0xEE where frame == nil && content.count >= 12 && content.starts(with: Array("Adobe".utf8)) && content[11] <= 2:
            items.append(.own(Self.adobe(transform: content[11])))
        // Other application segments, comments, extensions.
        case 0xE0...0xFE where marker != 0xF7, 0x02...0xBF: break
        default: return false
        }
        return true
    }

    /// Version 1.1, no unit, square pixels, no thumbnail: that it is there is all that counts.
    private static let jfif: [UInt8] = [0xFF, 0xE0, 0, 16] + Array("JFIF\0".utf8) + [1, 1, 0, 0, 1, 0, 1, 0, 0]

    /// - Parameter transform: 0 none, 1 YCbCr, 2 YCCK.
    private static func adobe(transform: UInt8) -> [UInt8] {
        [0xFF, 0xEE, 0, 14] + Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, transform]
    }

    private mutating func readHuffmanTables(_ content: [UInt8], at start: Int) -> Bool {
        var offset = 0
        while offset < content.count {
            guard offset + 17 <= content.count, content[offset] & 0xEF < 4 else { return false }
            let counts = Array(content[offset + 1..<offset + 17])
            let count = counts.reduce(0) { $0 + Int($1) }
            guard offset + 17 + count <= content.count else { return false }
            let isAC = content[offset] & 0x10 != 0
            let range = start + offset + 1..<start + offset + 17 + count
            let symbols = Array(content[offset + 17..<offset + 17 + count])
            guard
                let table = HuffmanTable(
                    counts: counts, symbols: symbols, range: range, isAC: isAC, identifier: content[offset] & 15)
            else { return false }
            if isAC { tables.ac[table.identifier] = table } else { tables.dc[table.identifier] = table }
            items.append(.huffman(table))
            offset += 17 + count
        }
        return true
    }

    private mutating func readQuantisationTables(_ content: [UInt8], at start: Int) -> Bool {
        var offset = 0
        while offset < content.count {
            let length = 1 + (content[offset] >> 4 == 0 ? 64 : 128)
            guard content[offset] >> 4 <= 1, content[offset] & 15 < 4, offset + length <= content.count else { return false }
            let table = Quantisation(start + offset..<start + offset + length)
            quantisations[Int(content[offset] & 15)] = table
            items.append(.quantisation(table))
            offset += length
        }
        return true
    }

    private mutating func readScan(_ content: [UInt8], _ range: Range<Int>) -> Bool {
        guard let frame, var walk = blocks, let scan = JPEGScan(content, frame, tables: tables), walk.begin(scan) else { return false }
        // Not two copies of what the walk remembers.
        blocks = nil
        if frame.process != .lossless {
            for component in scan.components {
                guard let table = quantisations[frame.components[component.index].quantisation] else { return false }
                table.isUsed = true
            }
        }
        let order = scan.order(frame)
        let interval = tables.restartInterval > 0 ? tables.restartInterval : order.unitCount
        var segments: [EntropyBits] = []
        for start in stride(from: 0, to: order.unitCount, by: interval) {
            if start > 0 {
                guard let marker = nextMarker(), marker == 0xD0 + UInt8((start / interval - 1) % 8) else { return false }
            }
            var bits = EntropyBits(bytes, at: position)
            guard walk.walk(start..<min(start + interval, order.unitCount), of: scan, order, &bits) else { return false }
            position = bits.range.upperBound
            segments.append(bits)
        }
        items.append(.segment(range))
        items.append(.entropyCoded(segments))
        blocks = walk
        return true
    }

    // MARK: Writing

    private func written() -> CodestreamParts {
        var parts = CodestreamParts(bytes)
        parts.keep(0..<2)
        for item in items {
            switch item {
            case .own(let segment): if (frame?.components.count ?? 0) > 2 { parts.put(segment) }
            case .segment(let range): parts.keep(range)
            case .quantisation(let table): if table.isUsed { table.write(into: &parts) }
            case .huffman(let table): if !table.isIdle { table.write(into: &parts) }
            case .entropyCoded(let segments):
                for (index, segment) in segments.enumerated() {
                    if index > 0 { parts.put([0xFF, 0xD0 + UInt8((index - 1) % 8)]) }
                    segment.write(bytes, into: &parts)
                }
            }
        }
        parts.put([0xFF, 0xD9])
        return parts
    }
}
