/// DICOM's run-length coding of one frame (PS3.5 Annex G): a header of 64 bytes, then one segment for each byte of each sample,
/// most significant byte first.
enum RunLength {
    private static let headerSize = 64

    /// - Returns: the frame in native form, samples in the given planar configuration; nil when the codestream is corrupt.
    static func decode(_ codestream: ArraySlice<UInt8>, _ description: PixelDescription) -> [UInt8]? {
        let layout = SegmentLayout(description)
        // Two bytes make 128 at most, so a short codestream cannot ask for a large frame.
        guard codestream.count >= headerSize, layout.segments <= 15, layout.pixels * layout.segments <= codestream.count * 64 else {
            return nil
        }
        let header = Array(codestream.prefix(headerSize))
        let reader = ByteReader(bytes: header, isBigEndian: false)
        guard Int(reader.uint32(at: 0)) == layout.segments else { return nil }
        var offsets = (0..<layout.segments).map { Int(reader.uint32(at: 4 + 4 * $0)) }
        offsets.append(codestream.count)
        var frame = [UInt8](repeating: 0, count: layout.pixels * layout.segments)
        for segment in 0..<layout.segments {
            guard offsets[segment] >= headerSize, offsets[segment] <= offsets[segment + 1], offsets[segment + 1] <= codestream.count else {
                return nil
            }
            let range = codestream.startIndex + offsets[segment]..<codestream.startIndex + offsets[segment + 1]
            guard decodeSegment(codestream[range], into: &frame, positions: layout.positions(of: segment)) else { return nil }
        }
        return frame
    }

    /// Whether the segments of a codestream follow each other without gaps and hold the frame and no more; the byte that makes a segment
    /// even is no more.
    static func fills(_ codestream: ArraySlice<UInt8>, _ description: PixelDescription) -> Bool {
        let layout = SegmentLayout(description)
        guard codestream.count >= headerSize, (1...15).contains(layout.segments) else { return false }
        let reader = ByteReader(bytes: Array(codestream.prefix(headerSize)), isBigEndian: false)
        guard Int(reader.uint32(at: 0)) == layout.segments else { return false }
        let bounds = (0..<layout.segments).map { Int(reader.uint32(at: 4 + 4 * $0)) } + [codestream.count]
        return bounds[0] == headerSize
            && zip(bounds, bounds.dropFirst()).allSatisfy { start, end in
                guard headerSize <= start, start <= end, end <= codestream.count else { return false }
                let segment = codestream[codestream.startIndex + start..<codestream.startIndex + end]
                return codedByteCount(segment, pixels: layout.pixels).map { segment.count - $0 <= 1 } ?? false
            }
    }

    /// Bytes that a segment takes for a number of pixels; nil when it makes another number.
    private static func codedByteCount(_ segment: ArraySlice<UInt8>, pixels: Int) -> Int? {
        var (source, made) = (segment.startIndex, 0)
        while made < pixels, source < segment.endIndex {
            let control = Int(Int8(bitPattern: segment[source]))
            source += control >= 0 ? control + 2 : control == -128 ? 1 : 2
            made += control >= 0 ? control + 1 : control == -128 ? 0 : 1 - control
        }
        return made == pixels && source <= segment.endIndex ? source - segment.startIndex : nil
    }

    /// - Returns: nil when the samples need more segments than the header has room for.
    static func encode(_ frame: ArraySlice<UInt8>, _ description: PixelDescription) -> [UInt8]? {
        let layout = SegmentLayout(description)
        guard layout.segments <= 15, frame.count == layout.pixels * layout.segments else { return nil }
        var header = [UInt8]()
        var body = [UInt8]()
        header.appendLittleEndian(UInt32(truncatingIfNeeded: layout.segments))
        for segment in 0..<layout.segments {
            header.appendLittleEndian(UInt32(truncatingIfNeeded: headerSize + body.count))
            let positions = layout.positions(of: segment)
            let plane = (0..<positions.count).map { frame[frame.startIndex + positions.start + $0 * positions.stride] }
            // A run must not cross the end of a row (PS3.5 §G.3.1).
            for row in stride(from: 0, to: plane.count, by: description.columns) {
                encodeRow(plane[row..<min(row + description.columns, plane.count)], into: &body)
            }
            if body.count % 2 == 1 { body.append(0) }
        }
        header += [UInt8](repeating: 0, count: headerSize - header.count)
        return header + body
    }

    /// Where the bytes of a segment lie in a frame.
    private struct Positions {
        let start: Int
        let stride: Int
        let count: Int
    }

    private struct SegmentLayout {
        let pixels: Int
        let segments: Int
        private let bytesPerSample: Int
        private let samples: Int
        private let isPlanar: Bool

        init(_ description: PixelDescription) {
            pixels = description.rows * description.columns
            bytesPerSample = description.bytesPerSample
            samples = description.samplesPerPixel
            segments = samples * bytesPerSample
            isPlanar = description.planarConfiguration == 1
        }

        func positions(of segment: Int) -> Positions {
            let sample = segment / bytesPerSample
            let byte = bytesPerSample - 1 - segment % bytesPerSample
            return isPlanar
                ? Positions(start: sample * pixels * bytesPerSample + byte, stride: bytesPerSample, count: pixels)
                : Positions(start: sample * bytesPerSample + byte, stride: samples * bytesPerSample, count: pixels)
        }
    }

    /// Some encoders write a run past the pixels that are left; what is too much is dropped, what is missing is an error.
    private static func decodeSegment(_ segment: ArraySlice<UInt8>, into frame: inout [UInt8], positions: Positions) -> Bool {
        var source = segment.startIndex
        var target = positions.start
        var left = positions.count
        while left > 0, source < segment.endIndex {
            let control = Int(Int8(bitPattern: segment[source]))
            source += 1
            if control >= 0 {
                let count = min(control + 1, left)
                guard segment.endIndex - source >= count else { return false }
                for index in 0..<count {
                    frame[target] = segment[source + index]
                    target += positions.stride
                }
                source += control + 1
                left -= count
            } else if control != -128 {
                guard source < segment.endIndex else { return false }
                let count = min(1 - control, left)
                for _ in 0..<count {
                    frame[target] = segment[source]
                    target += positions.stride
                }
                source += 1
                left -= count
            }
        }
        return left == 0
    }

    private static func encodeRow(_ row: ArraySlice<UInt8>, into body: inout [UInt8]) {
        var offset = row.startIndex
        while offset < row.endIndex {
            let run = runLength(row, at: offset)
            if run >= 2 {
                body.append(UInt8(truncatingIfNeeded: 1 - run))
                body.append(row[offset])
                offset += run
            } else {
                let end = literalEnd(row, from: offset)
                body.append(UInt8(truncatingIfNeeded: end - offset - 1))
                body += row[offset..<end]
                offset = end
            }
        }
    }

    /// Equal bytes from an offset on, at most 128.
    private static func runLength(_ row: ArraySlice<UInt8>, at offset: Int) -> Int {
        var end = offset + 1
        while end < row.endIndex, end - offset < 128, row[end] == row[offset] { end += 1 }
        return end - offset
    }

    /// The end of a literal: 128 bytes, or where three equal bytes begin. Two equal ones are cheaper inside of it.
    private static func literalEnd(_ row: ArraySlice<UInt8>, from offset: Int) -> Int {
        var end = offset + 1
        while end < row.endIndex, end - offset < 128, runLength(row, at: end) < 3 { end += 1 }
        return end
    }
}
