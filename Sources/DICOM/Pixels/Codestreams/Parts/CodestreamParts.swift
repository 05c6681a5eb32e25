/// A frame's codestream divided into the part that decoding needs and everything else.
///
/// A walker names every byte that it needs; whatever it does not name is not part of ``needed``. So nothing passes by being overlooked.
struct CodestreamParts {
    /// A whole codestream of what decoding needs.
    private(set) var needed: [UInt8] = []
    /// The stretches of ``needed`` (base) that stand in the original codestream (target), counted from its first byte.
    private(set) var copies: [ByteCopy] = []
    /// Where ``needed`` holds tables of numbers that a decoder computes with and that are known to be complete, used and in order.
    private(set) var tables: [Range<Int>] = []

    private let source: ArraySlice<UInt8>
    private let offset: Int

    /// - Parameters:
    ///   - source: the codestream.
    ///   - offset: where it begins in what the copies count in, for a codestream inside of a file of boxes.
    init(_ source: ArraySlice<UInt8>, offset: Int = 0) {
        self.source = source
        self.offset = offset
        needed.reserveCapacity(source.count)
    }

    /// Takes bytes over from the codestream; they are counted from its first byte.
    mutating func keep(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        let copy = ByteCopy(base: needed.count, target: offset + range.lowerBound, count: range.count)
        if let last = copies.last, last.base + last.count == copy.base, last.target + last.count == copy.target {
            copies[copies.count - 1].count += copy.count
        } else {
            copies.append(copy)
        }
        needed += source[source.startIndex + range.lowerBound..<source.startIndex + range.upperBound]
    }

    /// Puts bytes of our own in place of some of the codestream.
    mutating func put(_ bytes: [UInt8]) {
        needed += bytes
    }

    /// Marks the last bytes as a table.
    mutating func markTable(_ count: Int) {
        tables.append(needed.count - count..<needed.count)
    }
}

/// Walks a run-length coded frame (PS3.5 Annex G): the header and the segments up to the byte that completes them.
enum RunLengthParts {
    private static let headerSize = 64

    /// - Returns: nil when a segment does not end with the frame's last sample, as the standard wants it.
    static func parts(of codestream: ArraySlice<UInt8>, _ description: PixelDescription) -> CodestreamParts? {
        let segments = description.samplesPerPixel * description.bytesPerSample
        let pixels = description.rows * description.columns
        guard segments <= 15, codestream.count >= headerSize, description.bitsAllocated % 8 == 0 else { return nil }
        let header = ByteReader(bytes: Array(codestream.prefix(headerSize)), isBigEndian: false)
        guard Int(header.uint32(at: 0)) == segments else { return nil }
        let starts = (0..<segments).map { Int(header.uint32(at: 4 + 4 * $0)) }
        let ends = starts.dropFirst() + [codestream.count]
        var kept: [Range<Int>] = []
        for (start, end) in zip(starts, ends) {
            guard start >= headerSize, start <= end, end <= codestream.count,
                let length = usedLength(codestream[codestream.startIndex + start..<codestream.startIndex + end], pixels)
            else { return nil }
            kept.append(start..<start + length)
        }
        var parts = CodestreamParts(codestream)
        parts.put(ownHeader(kept))
        for range in kept {
            parts.keep(range)
            if range.count % 2 == 1 { parts.put([0]) }
        }
        return parts
    }

    /// Number and places of the segments as they will be, each of even length; what the standard leaves unused is zero.
    private static func ownHeader(_ segments: [Range<Int>]) -> [UInt8] {
        var header: [UInt8] = []
        header.appendLittleEndian(UInt32(truncatingIfNeeded: segments.count))
        var offset = headerSize
        for segment in segments {
            header.appendLittleEndian(UInt32(truncatingIfNeeded: offset))
            offset += segment.count + segment.count % 2
        }
        return header + [UInt8](repeating: 0, count: headerSize - header.count)
    }

    /// The bytes that make a number of samples; nil when they run out, or when a run goes on behind the last sample.
    private static func usedLength(_ segment: ArraySlice<UInt8>, _ samples: Int) -> Int? {
        var position = segment.startIndex
        var left = samples
        while left > 0 {
            guard position < segment.endIndex else { return nil }
            let control = Int(Int8(bitPattern: segment[position]))
            // −128 means nothing and no encoder writes it.
            guard control != -128 else { return nil }
            position += control >= 0 ? control + 2 : 2
            left -= control >= 0 ? control + 1 : 1 - control
            guard left >= 0, position <= segment.endIndex else { return nil }
        }
        return position - segment.startIndex
    }
}
