/// How elements are laid out in a stretch of bytes.
struct Encoding: Equatable {
    var isExplicit: Bool
    var isBigEndian: Bool

    static let implicitLittleEndian = Encoding(isExplicit: false, isBigEndian: false)
    static let explicitLittleEndian = Encoding(isExplicit: true, isBigEndian: false)
    static let explicitBigEndian = Encoding(isExplicit: true, isBigEndian: true)
}

/// Tag, value representation and length of an element, as read (PS3.5 §7.1.2, §7.1.3).
struct ElementHeader {
    let tag: Tag
    let vr: ValueRepresentation
    /// Nil stands for the undefined length FFFFFFFF.
    let length: Int?
    let valueOffset: Int
}

extension ElementHeader {
    static let undefinedLength: UInt32 = 0xFFFF_FFFF

    /// Reads the header at an offset; nil when fewer bytes than a header are left before the limit.
    static func read(_ bytes: [UInt8], at offset: Int, limit: Int, encoding: Encoding) -> ElementHeader? {
        guard limit - offset >= 8 else { return nil }
        let reader = ByteReader(bytes: bytes, isBigEndian: encoding.isBigEndian)
        let tag = reader.tag(at: offset)
        // Items and delimiters have no value representation in any encoding (PS3.5 §7.5).
        guard encoding.isExplicit && tag.group != 0xFFFE else {
            let vr = tag.group == 0xFFFE ? .UN : DataDictionary.valueRepresentation(of: tag) ?? .UN
            return ElementHeader(tag: tag, vr: vr, rawLength: reader.uint32(at: offset + 4), valueOffset: offset + 8)
        }
        let first = bytes[offset + 4]
        let second = bytes[offset + 5]
        guard let vr = ValueRepresentation(first, second) else {
            return unknown(tag: tag, at: offset, reader: reader, limit: limit)
        }
        guard vr.hasLongLength else {
            return ElementHeader(tag: tag, vr: vr, rawLength: UInt32(reader.uint16(at: offset + 6)), valueOffset: offset + 8)
        }
        guard limit - offset >= 12 else { return nil }
        return ElementHeader(tag: tag, vr: vr, rawLength: reader.uint32(at: offset + 8), valueOffset: offset + 12)
    }

    /// Two upper-case letters. As the low half of an implicit length they would mean a first element of more than 16 KB.
    static func looksLikeValueRepresentation(_ first: UInt8, _ second: UInt8) -> Bool {
        (0x41...0x5A).contains(first) && (0x41...0x5A).contains(second)
    }

    private init(tag: Tag, vr: ValueRepresentation, rawLength: UInt32, valueOffset: Int) {
        self.tag = tag
        self.vr = vr
        self.length = rawLength == ElementHeader.undefinedLength ? nil : Int(rawLength)
        self.valueOffset = valueOffset
    }
}
