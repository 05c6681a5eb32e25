/// The elements of a file in explicit little endian, walked as strictly as the standard has it (PS3.10 §7.1, PS3.5 §7.1, §7.5).
///
/// Readers differ on value representations that the standard does not know, on elements in another encoding than the transfer syntax
/// names, on tags that come twice or out of order, and on lengths that lead nowhere. What one of them takes for pixel data is text to
/// another. So only of a file that passes here is the pixel data the same for every reader.
struct PlainStructure {
    private static let prefix: [UInt8] = Array("DICM".utf8)
    private static let start = 132

    private let bytes: [UInt8]
    private let parser: DataSetParser
    private let reader: ByteReader

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
        parser = DataSetParser(bytes: bytes)
        reader = ByteReader(bytes: bytes, isBigEndian: false)
    }

    /// Whether the walk comes to the file's end, or to nothing but zeros.
    static func isPlain(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= start, bytes[start - prefix.count..<start].elementsEqual(prefix) else { return false }
        let walk = PlainStructure(bytes)
        return walk.passElements(from: start, limit: bytes.count, isDelimited: false, depth: 0) != nil
    }

    /// Each of these returns the offset behind what it has passed; nil where readers could differ.
    private func passElements(from start: Int, limit: Int, isDelimited: Bool, depth: Int) -> Int? {
        guard depth <= DataSetParser.maximumDepth else { return nil }
        var offset = start
        var previous: Tag?
        while offset < limit {
            guard limit - offset >= 8 else { return depth == 0 && bytes[offset...].allSatisfy { $0 == 0 } ? limit : nil }
            let tag = reader.tag(at: offset)
            if tag == .itemDelimitationItem { return isDelimited && reader.uint32(at: offset + 4) == 0 ? offset + 8 : nil }
            if depth == 0, tag.rawValue == 0 { return bytes[offset...].allSatisfy { $0 == 0 } ? limit : nil }
            guard tag.group != 0xFFFE, previous.map({ $0 < tag }) ?? true, let end = passElement(at: offset, limit: limit, depth: depth)
            else { return nil }
            previous = tag
            offset = end
        }
        return isDelimited ? nil : offset
    }

    private func passElement(at offset: Int, limit: Int, depth: Int) -> Int? {
        guard ValueRepresentation(bytes[offset + 4], bytes[offset + 5]) != nil,
            let header = ElementHeader.read(bytes, at: offset, limit: limit, encoding: .explicitLittleEndian)
        else { return nil }
        guard let length = header.length else {
            if header.vr == .SQ { return passItems(from: header.valueOffset, limit: limit, isDelimited: true, depth: depth) }
            guard header.tag == .pixelData, header.vr == .OB || header.vr == .OW else { return nil }
            return try? parser.endOfFragments(from: header.valueOffset, limit: limit, isBigEndian: false, tag: header.tag)
        }
        guard length <= limit - header.valueOffset else { return nil }
        let end = header.valueOffset + length
        return header.vr == .SQ ? passItems(from: header.valueOffset, limit: end, isDelimited: false, depth: depth) : end
    }

    private func passItems(from start: Int, limit: Int, isDelimited: Bool, depth: Int) -> Int? {
        var offset = start
        while offset < limit {
            guard limit - offset >= 8 else { return nil }
            let (tag, length) = (reader.tag(at: offset), reader.uint32(at: offset + 4))
            if tag == .sequenceDelimitationItem { return isDelimited && length == 0 ? offset + 8 : nil }
            offset += 8
            let isOpen = length == ElementHeader.undefinedLength
            guard tag == .item, isOpen || Int(length) <= limit - offset,
                let end = passElements(
                    from: offset, limit: isOpen ? limit : offset + Int(length), isDelimited: isOpen, depth: depth + 1)
            else { return nil }
            offset = end
        }
        return isDelimited ? nil : offset
    }
}
