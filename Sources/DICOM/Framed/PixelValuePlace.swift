import Basics

/// Where the pixel value of a file begins, found in the file's beginning.
struct PixelValuePlace {
    let offset: Int
    /// `nil` for fragments.
    let byteCount: Int?

    /// What may stand in front of the value: enhanced objects describe each frame there, and stego files may have a sealed original.
    private static let longestHeader = 512 << 20
    private static let firstLook = 1 << 20

    /// Looks at as much of a file's beginning as it takes.
    ///
    /// - Returns: `nil` where there is none, or what stands before it cannot be read, or is longer than it ever is. What is wrong with such a
    ///   file is for ``DICOMFile`` to say.
    /// - Throws: what reading throws.
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
