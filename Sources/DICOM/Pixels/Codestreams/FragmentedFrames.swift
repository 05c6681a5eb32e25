/// The fragments of an encapsulated value that make each frame (PS3.5 §A.4).
struct FragmentedFrames {
    /// The fragments of each frame, as ranges of the bytes they were found in.
    let ranges: [[Range<Int>]]

    /// - Parameters:
    ///   - range: the encapsulated value: basic offset table, fragments, delimiter.
    /// - Throws: `truncatedPixelData` when there are fewer fragments than frames, `malformed` when they cannot be told apart.
    init(_ bytes: [UInt8], _ range: Range<Int>, frames count: Int, syntax: TransferSyntax) throws(DICOMError) {
        let items = FragmentedFrames.items(bytes, range)
        try self.init(
            items, offsets: items.first.map { FragmentedFrames.offsets(bytes, $0) } ?? [], frames: count, codec: syntax.codec
        ) { fragment, marker throws(DICOMError) in bytes[fragment].starts(with: marker) }
    }

    /// - Parameters:
    ///   - items: the values of all items: basic offset table, fragments.
    ///   - offsets: what the basic offset table holds.
    ///   - starts: whether a fragment begins with some bytes; asked only where nothing else divides the fragments.
    init(
        _ items: [Range<Int>], offsets: [Int], frames count: Int, codec: TransferSyntax.Codec,
        starts: (Range<Int>, [UInt8]) throws(DICOMError) -> Bool
    ) throws(DICOMError) {
        let fragments = Array(items.dropFirst()).filter { !$0.isEmpty }
        let start = items.first.map { $0.lowerBound - 8 }
        guard fragments.count >= count else {
            throw DICOMError(
                .truncatedPixelData, "there are \(fragments.count) fragments for \(count) frames", tag: .pixelData, offset: start)
        }
        if count == 1 {
            ranges = [fragments]
        } else if fragments.count == count {
            ranges = fragments.map { [$0] }
        } else if let grouped = FragmentedFrames.grouped(fragments, by: offsets, frames: count) {
            ranges = grouped
        } else if let grouped = try FragmentedFrames.groupedByStart(fragments, frames: count, codec: codec, starts: starts) {
            ranges = grouped
        } else {
            throw DICOMError(
                .malformed, "\(fragments.count) fragments cannot be divided among \(count) frames", tag: .pixelData, offset: start)
        }
    }

    /// One codestream a frame; a frame of several fragments is joined.
    func codestreams(in bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        ranges.map { fragments in
            guard fragments.count > 1 else { return fragments.first.map { bytes[$0] } ?? [] }
            return fragments.reduce(into: [UInt8]()) { $0 += bytes[$1] }[...]
        }
    }

    /// The values of all items. The parser has walked them before, so they are known to lie inside of the range.
    static func items(_ bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
        let reader = ByteReader(bytes: bytes, isBigEndian: false)
        var items: [Range<Int>] = []
        var offset = range.lowerBound
        while range.upperBound - offset >= 8, reader.tag(at: offset) == .item {
            let length = Int(reader.uint32(at: offset + 4))
            offset += 8
            guard length <= range.upperBound - offset else { break }
            items.append(offset..<offset + length)
            offset += length
        }
        return items
    }

    /// The offsets in a basic offset table.
    static func offsets(_ bytes: [UInt8], _ table: Range<Int>) -> [Int] {
        let reader = ByteReader(bytes: bytes, isBigEndian: false)
        return stride(from: table.lowerBound, to: table.upperBound - 3, by: 4).map { Int(reader.uint32(at: $0)) }
    }

    /// Divides fragments where the basic offset table says that frames begin.
    private static func grouped(_ fragments: [Range<Int>], by offsets: [Int], frames count: Int) -> [[Range<Int>]]? {
        guard offsets.count == count, let base = fragments.first.map({ $0.lowerBound - 8 }) else { return nil }
        let starts = Set(offsets)
        return try? divided(fragments, frames: count) { fragment throws(DICOMError) in starts.contains(fragment.lowerBound - 8 - base) }
    }

    /// Divides fragments where one begins with a start-of-image or start-of-codestream marker, or with JPEG XL's signature.
    private static func groupedByStart(
        _ fragments: [Range<Int>], frames count: Int, codec: TransferSyntax.Codec,
        starts: (Range<Int>, [UInt8]) throws(DICOMError) -> Bool
    ) throws(DICOMError) -> [[Range<Int>]]? {
        let marker: [UInt8]
        switch codec {
        case .jpeg, .jpegLS: marker = [0xFF, 0xD8]
        case .jpeg2000, .highThroughputJPEG2000: marker = [0xFF, 0x4F, 0xFF, 0x51]
        case .jpegXL: marker = JPEGXLSize.signature
        case .native, .runLength, .other: return nil
        }
        return try divided(fragments, frames: count) { fragment throws(DICOMError) in try starts(fragment, marker) }
    }

    private static func divided(
        _ fragments: [Range<Int>], frames count: Int, startsFrame: (Range<Int>) throws(DICOMError) -> Bool
    ) throws(DICOMError) -> [[Range<Int>]]? {
        var groups: [[Range<Int>]] = []
        for fragment in fragments {
            if try startsFrame(fragment) {
                groups.append([fragment])
            } else if groups.isEmpty {
                return nil
            } else {
                groups[groups.count - 1].append(fragment)
            }
        }
        return groups.count == count ? groups : nil
    }
}
