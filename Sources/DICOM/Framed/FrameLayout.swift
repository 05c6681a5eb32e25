import Basics

/// The places of the frames of a pixel value in a file.
enum FrameLayout: Sendable {
    /// One behind the other, each of so many bytes.
    case native(start: Int, frameByteCount: Int, frames: Int)
    /// The fragments of each frame.
    case fragments([[Range<Int>]])

    /// - Returns: `nil` where frames share bytes, and where fragments cannot be divided among them.
    /// - Throws: the errors of reading.
    init?(of file: DICOMFile, _ value: Range<Int>, _ walk: FragmentWalk?, in source: some ByteSource) throws {
        guard let description = file.pixels else { return nil }
        if let walk {
            var failure: (any Error)?
            let frames = try? FragmentedFrames(
                walk.items, offsets: walk.offsets, frames: description.frames, codec: file.transferSyntax.codec
            ) { fragment, marker throws(DICOMError) in
                do {
                    return try source.read(fragment.lowerBound..<min(fragment.lowerBound + marker.count, fragment.upperBound)) == marker
                } catch {
                    failure = error
                    return false
                }
            }
            if let failure { throw failure }
            guard let frames else { return nil }
            self = .fragments(frames.ranges)
        } else {
            // Samples of one bit share bytes, and so do words that are reversed as a whole.
            guard let order = file.nativePixelOrder, order.padding == nil, description.bitsAllocated % 8 == 0,
                description.frameByteCount % order.unitSize == 0
            else { return nil }
            self = .native(start: value.lowerBound, frameByteCount: description.frameByteCount, frames: description.frames)
        }
    }

    func fragments(of frame: Int) -> [Range<Int>] {
        switch self {
        case .native(let start, let count, _): [start + frame * count..<start + (frame + 1) * count]
        case .fragments(let frames): frames[frame]
        }
    }

    var byteCount: Int {
        switch self {
        case .native(_, let count, let frames): count * frames
        case .fragments(let frames): frames.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } }
        }
    }
}

/// The items of an encapsulated value, found by reading their headers alone (PS3.5 §A.4).
struct FragmentWalk {
    /// The values of all items in the file: basic offset table, fragments.
    let items: [Range<Int>]
    /// The offsets in the basic offset table.
    let offsets: [Int]
    /// Of the value, with the delimiter.
    let byteCount: Int

    /// More items than this are no image that is read by frames.
    private static let mostItems = 1 << 20

    /// - Returns: `nil` where the items do not lead to a delimiter, or to the file's end.
    /// - Throws: the errors of reading.
    init?(_ source: some ByteSource, from start: Int) throws {
        var items: [Range<Int>] = []
        var offset = start
        var isDelimited = false
        while source.byteCount - offset >= 8, !isDelimited {
            let reader = ByteReader(bytes: try source.read(offset..<offset + 8), isBigEndian: false)
            let (tag, length) = (reader.tag(at: 0), reader.uint32(at: 4))
            offset += 8
            if tag == .sequenceDelimitationItem {
                isDelimited = true
            } else {
                guard tag == .item, length != ElementHeader.undefinedLength, Int(length) <= source.byteCount - offset,
                    items.count < Self.mostItems
                else { return nil }
                items.append(offset..<offset + Int(length))
                offset += Int(length)
            }
        }
        guard isDelimited || offset == source.byteCount, let table = items.first, table.count <= 4 * Self.mostItems else { return nil }
        let bytes = try source.read(table)
        offsets = FragmentedFrames.offsets(bytes, 0..<bytes.count)
        self.items = items
        byteCount = offset - start
    }
}

/// The place at which the pixel value of a file begins, found in the file's beginning.
struct PixelValuePlace {
    let offset: Int
    /// `nil` for fragments.
    let byteCount: Int?

    /// The most bytes that may stand in front of the value: enhanced objects describe each frame there, and stego files may have a sealed
    /// original.
    private static let longestHeader = 512 << 20
    private static let firstLook = 1 << 20

    /// Looks at as much of a file's beginning as it takes.
    ///
    /// - Returns: `nil` where there is none, or what stands before it cannot be read, or is longer than it ever is. What is wrong with such a
    ///   file is for ``DICOMFile`` to say.
    /// - Throws: the errors of reading.
    static func find(in source: some ByteSource) throws -> (place: PixelValuePlace, header: [UInt8])? {
        var count = min(firstLook, source.byteCount)
        while true {
            let beginning = try source.read(0..<count)
            switch look(at: beginning) {
            case .found(let place):
                return (place, Array(beginning[..<place.offset]))
            case .further where count < min(longestHeader, source.byteCount):
                count = min(count * 4, longestHeader, source.byteCount)
            case .further, .nowhere: return nil
            }
        }
    }

    private enum Look {
        case found(PixelValuePlace)
        case further
        case nowhere
    }

    private static func look(at bytes: [UInt8]) -> Look {
        do throws(DICOMError) {
            let prologue = try FilePrologue(bytes)
            guard !prologue.transferSyntax.isDeflated else { return .nowhere }
            let parser = DataSetParser(bytes: bytes)
            let encoding = DataSetBody.actualEncoding(
                bytes, at: prologue.dataSetOffset, parser: parser, assumed: prologue.encoding)
            var offset = prologue.dataSetOffset
            while let header = ElementHeader.read(bytes, at: offset, limit: bytes.count, encoding: encoding) {
                if header.tag == .pixelData {
                    guard header.length != nil || !encoding.isBigEndian else { return .nowhere }
                    return .found(PixelValuePlace(offset: header.valueOffset, byteCount: header.length))
                }
                // Stray delimiters.
                if header.tag.group == 0xFFFE, header.length == 0 {
                    offset = header.valueOffset
                } else {
                    guard header.tag < .pixelData else { return .nowhere }
                    offset = try parser.element(header, at: offset, limit: bytes.count, encoding: encoding, depth: 0).1
                }
            }
            return .further
        } catch {
            return error.code == .truncated || error.code == .truncatedPixelData ? .further : .nowhere
        }
    }
}
