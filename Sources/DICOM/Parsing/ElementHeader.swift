/// The layout of elements in a stretch of bytes.
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

/// Headers whose value representation is none that the standard knows: `??`, blanks, zeros, `OX`, or no representation at all.
///
/// The standard promises that future ones have a 32-bit length (PS3.5 §6.2), writers of illegal ones mostly use 16 bits, and some write
/// single elements implicitly in the midst of explicit ones. What follows the value tells which it was.
extension ElementHeader {
    /// How well a reading fits what follows.
    private enum Plausibility: Int, Comparable {
        /// The value would run past the limit.
        case impossible
        case possible
        /// A higher tag follows that the dictionary knows, or one of the same group.
        case followedByTag
        /// The value ends at the limit or at a delimiter, or a whole explicit header follows.
        case followedByHeader

        static func < (left: Plausibility, right: Plausibility) -> Bool { left.rawValue < right.rawValue }
    }

    static func unknown(tag: Tag, at offset: Int, reader: ByteReader, limit: Int) -> ElementHeader {
        let implicit = implicitReading(tag, at: offset, reader)
        let isImplicitFirst = !looksLikeValueRepresentation(reader.bytes[offset + 4], reader.bytes[offset + 5])
        let explicit = explicitReadings(tag, at: offset, reader, limit: limit)
        let readings = isImplicitFirst ? [implicit] + explicit : explicit + [implicit]
        var best = (header: readings[0], plausibility: readings[0].plausibility(reader, limit: limit))
        for reading in readings.dropFirst() {
            let plausibility = reading.plausibility(reader, limit: limit)
            if plausibility > best.plausibility { best = (reading, plausibility) }
        }
        return best.header
    }

    /// Whether an element that seems to have no value representation has an illegal one. The header must be within the limit.
    static func hasIllegalValueRepresentation(_ bytes: [UInt8], at offset: Int, limit: Int, reader: ByteReader) -> Bool {
        let tag = reader.tag(at: offset)
        let explicit = explicitReadings(tag, at: offset, reader, limit: limit).map { $0.plausibility(reader, limit: limit) }.max()
        guard let explicit, explicit == .followedByHeader else { return false }
        return explicit > implicitReading(tag, at: offset, reader).plausibility(reader, limit: limit)
    }

    private static func implicitReading(_ tag: Tag, at offset: Int, _ reader: ByteReader) -> ElementHeader {
        reading(tag, length: reader.uint32(at: offset + 4), valueOffset: offset + 8)
    }

    /// With a 16-bit length, and with a 32-bit one where the two bytes before it are reserved.
    private static func explicitReadings(_ tag: Tag, at offset: Int, _ reader: ByteReader, limit: Int) -> [ElementHeader] {
        let short = reader.uint16(at: offset + 6)
        let header = reading(tag, length: UInt32(short), valueOffset: offset + 8)
        guard short == 0, limit - offset >= 12 else { return [header] }
        return [header, reading(tag, length: reader.uint32(at: offset + 8), valueOffset: offset + 12)]
    }

    /// A value of undefined length is a sequence, whatever the dictionary says.
    private static func reading(_ tag: Tag, length: UInt32, valueOffset: Int) -> ElementHeader {
        let vr = DataDictionary.valueRepresentation(of: tag) ?? .UN
        let isUndefined = length == undefinedLength
        return ElementHeader(
            tag: tag, vr: isUndefined && vr != .SQ ? .UN : vr, length: isUndefined ? nil : Int(length), valueOffset: valueOffset)
    }

    private func plausibility(_ reader: ByteReader, limit: Int) -> Plausibility {
        guard let length else {
            guard limit - valueOffset >= 8 else { return .impossible }
            return [Tag.item, .sequenceDelimitationItem].contains(reader.tag(at: valueOffset)) ? .followedByHeader : .impossible
        }
        guard length <= limit - valueOffset else { return .impossible }
        let end = valueOffset + length
        if end == limit { return .followedByHeader }
        guard limit - end >= 8 else { return .possible }
        let next = reader.tag(at: end)
        if [Tag.item, .itemDelimitationItem, .sequenceDelimitationItem].contains(next) { return .followedByHeader }
        guard next > tag else { return .possible }
        if ValueRepresentation(reader.bytes[end + 4], reader.bytes[end + 5]) != nil { return .followedByHeader }
        return next.group == tag.group || DataDictionary.valueRepresentation(of: next) != nil ? .followedByTag : .possible
    }
}
