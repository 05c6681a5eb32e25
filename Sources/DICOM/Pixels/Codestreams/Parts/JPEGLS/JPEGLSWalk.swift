/// Walks a JPEG-LS codestream (ITU-T T.87) from SOI to EOI and keeps what a decoder needs: frame and scan headers, the presets in force,
/// CharLS's own colour transform, and the coded bits themselves.
///
/// Restart intervals, mapping tables, subsampling and images of more than 65 535 lines or columns are not walked.
struct JPEGLSWalk {
    private struct Frame {
        let precision: Int
        let rows: Int
        let columns: Int
        let components: [UInt8]
    }

    private let bytes: [UInt8]
    private let codestream: ArraySlice<UInt8>
    private var position = 2
    private var parts: CodestreamParts
    private var frame: Frame?
    /// The last preset segment and its numbers, until a scan has taken it over.
    private var preset: (range: Range<Int>, numbers: [Int])?
    private var isPresetWritten = true
    private var done: Set<UInt8> = []

    /// - Returns: nil when the codestream is damaged, of another kind, or of another size than the data set says.
    static func walked(_ codestream: ArraySlice<UInt8>, _ description: PixelDescription) -> (precision: Int, parts: CodestreamParts)? {
        guard codestream.starts(with: [0xFF, 0xD8]), let header = CodestreamHeader.read(codestream, codec: .jpegLS),
            header.columns == description.columns, header.rows == description.rows, header.components == description.samplesPerPixel,
            // Runs cost next to no bits, so bytes alone do not bound the time.
            DecodingLimit.isBelievable(description.frameByteCount, codestreamByteCount: codestream.count)
        else { return nil }
        var walk = JPEGLSWalk(codestream)
        walk.parts.keep(0..<2)
        guard walk.readSegments(), let frame = walk.frame, walk.done.count == frame.components.count else { return nil }
        walk.parts.put([0xFF, 0xD9])
        return (frame.precision, walk.parts)
    }

    private init(_ codestream: ArraySlice<UInt8>) {
        self.codestream = codestream
        bytes = Array(codestream)
        parts = CodestreamParts(codestream)
    }

    // MARK: Segments

    private mutating func readSegments() -> Bool {
        while let marker = nextMarker() {
            guard marker != 0xD9 else { return true }
            guard !(0xD0...0xD8).contains(marker), position + 2 <= bytes.count else { return false }
            let length = Int(bytes[position]) << 8 | Int(bytes[position + 1])
            guard length >= 2, length <= bytes.count - position else { return false }
            let range = position - 2..<position + length
            position = range.upperBound
            guard read(marker, Array(bytes[range.dropFirst(4)]), range) else { return false }
        }
        // The end was cut off, perhaps in front of nothing but the last marker.
        return true
    }

    /// Steps behind the next marker, over fill bytes and over whatever else stands where a marker should.
    private mutating func nextMarker() -> UInt8? {
        while position + 1 < bytes.count {
            if bytes[position] == 0xFF, bytes[position + 1] >= 0x80, bytes[position + 1] != 0xFF {
                position += 2
                return bytes[position - 1]
            }
            position += 1
        }
        return nil
    }

    private mutating func read(_ marker: UInt8, _ content: [UInt8], _ range: Range<Int>) -> Bool {
        switch marker {
        case 0xF7: return readFrame(content, range)
        case 0xF8:
            // Of the kinds of segment with this marker, the presets alone (Table C.3).
            guard content.count == 11, content[0] == 1 else { return false }
            let reader = BigEndianCursor(content[...])
            preset = (range, (0..<5).compactMap { reader.uint16(at: 1 + 2 * $0) })
            isPresetWritten = false
        case 0xDA: return readScan(content, range)
        case 0xE8 where (frame?.components.count ?? 3) > 2 && content.count == 5 && content.starts(with: Array("mrfx".utf8)):
            guard content[4] <= 3 else { return false }
            parts.keep(range)
        // Other application segments, comments.
        case 0xE0...0xEF, 0xFE: break
        default: return false
        }
        return true
    }

    private mutating func readFrame(_ content: [UInt8], _ range: Range<Int>) -> Bool {
        guard frame == nil, content.count >= 6, content.count == 6 + 3 * Int(content[5]), (1...4).contains(content[5]),
            (2...16).contains(content[0])
        else { return false }
        let entries = (0..<Int(content[5])).map { Array(content[6 + 3 * $0..<9 + 3 * $0]) }
        let identifiers = entries.map { $0[0] }
        // Nothing is subsampled; the third number is of no use here.
        guard entries.allSatisfy({ $0[1] == 0x11 && $0[2] == 0 }), Set(identifiers).count == identifiers.count else { return false }
        let reader = BigEndianCursor(content[...])
        guard let rows = reader.uint16(at: 1), let columns = reader.uint16(at: 3) else { return false }
        frame = Frame(precision: Int(content[0]), rows: rows, columns: columns, components: identifiers)
        parts.keep(range)
        return true
    }

    // MARK: Scans

    /// Interleaving (§C.2.3): each component in a scan of its own, line by line, or pixel by pixel.
    private enum Interleaving: UInt8 { case none, line, sample }

    private mutating func readScan(_ content: [UInt8], _ range: Range<Int>) -> Bool {
        guard let frame, let count = content.first.map(Int.init), (1...4).contains(count), content.count == 4 + 2 * count,
            let interleaving = Interleaving(rawValue: content[2 + 2 * count]), content[3 + 2 * count] == 0,
            (interleaving == .none) == (count == 1)
        else { return false }
        let near = Int(content[1 + 2 * count])
        for entry in 0..<count {
            let component = content[1 + 2 * entry]
            // No mapping table.
            guard content[2 + 2 * entry] == 0, frame.components.contains(component), done.insert(component).inserted else { return false }
        }
        let numbers = preset?.numbers ?? [0, 0, 0, 0, 0]
        guard let values = JPEGLSPreset(numbers, precision: frame.precision, near: near), near <= min(255, values.maximum / 2) else {
            return false
        }
        if let preset, !isPresetWritten {
            parts.keep(preset.range)
            isPresetWritten = true
        }
        parts.keep(range)
        var bits = JPEGLSBits(bytes, at: position)
        guard Self.walk(&bits, frame, JPEGLSModel(values, near: near), components: count, interleaving) else { return false }
        bits.write(from: position, into: &parts)
        let end = bits.end
        position = end.offset + (end.bits > 0 ? 1 : 0)
        return true
    }

    private static func walk(
        _ bits: inout JPEGLSBits, _ frame: Frame, _ model: JPEGLSModel, components: Int, _ interleaving: Interleaving
    ) -> Bool {
        var model = model
        // Components that are coded together share a run index; those that take turns by lines have one each.
        let groups = interleaving == .line ? components : 1
        let blank = Array(repeating: Array(repeating: 0, count: frame.columns + 2), count: components / groups)
        var lines = Array(repeating: blank, count: groups)
        var above = lines
        var runs = Array(repeating: 0, count: groups)
        for _ in 0..<frame.rows {
            for group in 0..<groups {
                for component in lines[group].indices {
                    // What is beside the line above (§A.2.1, figure A.3): the sample in front of it stays what it was.
                    above[group][component][frame.columns + 1] = above[group][component][frame.columns]
                    lines[group][component][0] = above[group][component][1]
                }
                guard model.decode(&lines[group], below: above[group], run: &runs[group], &bits) else { return false }
                swap(&lines[group], &above[group])
            }
        }
        return true
    }
}
