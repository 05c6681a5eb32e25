import CGDCM

/// The data type of a value (PS3.5 §6.2). The raw value is its two letters.
public enum ValueRepresentation: String, CaseIterable, Hashable, Sendable {
    case AE, AS, AT, CS, DA, DS, DT, FD, FL, IS, LO, LT, OB, OD, OF, OL, OV, OW, PN, SH, SL, SQ, SS, ST, SV, TM, UC, UI, UL, UN, UR, US, UT,
        UV

    /// From the two bytes of an explicit header; nil when they name no value representation.
    @inlinable
    public init?(_ first: UInt8, _ second: UInt8) {
        guard let known = ValueRepresentation.byCode[UInt16(first) << 8 | UInt16(second)] else { return nil }
        self = known
    }

    @usableFromInline
    static let byCode: [UInt16: ValueRepresentation] = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0.code, $0) }
    )

    /// The two letters as a big-endian number.
    var code: UInt16 { rawValue.utf8.reduce(0) { $0 << 8 | UInt16($1) } }

    /// Explicit headers of these have two reserved bytes and a 32-bit length (PS3.5 Table 7.1-1).
    public var hasLongLength: Bool {
        switch self {
        case .OB, .OD, .OF, .OL, .OV, .OW, .SQ, .SV, .UC, .UN, .UR, .UT, .UV: true
        default: false
        }
    }

    /// Bytes of the unit whose order depends on endianness; 1 for text and bytes.
    public var unitSize: Int {
        switch self {
        case .AT, .OW, .SS, .US: 2
        case .FL, .OF, .OL, .SL, .UL: 4
        case .FD, .OD, .OV, .SV, .UV: 8
        default: 1
        }
    }

    /// Values made of characters.
    public var isText: Bool {
        switch self {
        case .AE, .AS, .CS, .DA, .DS, .DT, .IS, .LO, .LT, .PN, .SH, .ST, .TM, .UC, .UI, .UR, .UT: true
        default: false
        }
    }

    /// Text whose characters Specific Character Set (0008,0005) governs; all other text is ASCII.
    public var usesCharacterSet: Bool {
        switch self {
        case .LO, .LT, .PN, .SH, .ST, .UC, .UT: true
        default: false
        }
    }

    /// A backslash separates values. In the other text types it is a character like any other.
    public var allowsSeveralTextValues: Bool {
        switch self {
        case .AE, .AS, .CS, .DA, .DS, .DT, .IS, .LO, .PN, .SH, .TM, .UC, .UI: true
        default: false
        }
    }

    /// The byte that makes an odd length even: a space for text, a null byte for UIDs and binary values.
    var paddingByte: UInt8 { isText && self != .UI ? 0x20 : 0 }
}

/// The standard's data dictionary (PS3.6), as GDCM carries it.
enum DataDictionary {
    /// The value representation that the standard gives an attribute, or nil for private and unknown ones.
    ///
    /// Where the standard allows two, the one that keeps every value: `US` for "US or SS", `OW` for "OB or OW".
    static func valueRepresentation(of tag: Tag) -> ValueRepresentation? {
        if tag.isGroupLength { return .UL }
        if tag.isPrivate { return tag.isPrivateCreator ? .LO : nil }
        let code = cgdcm_value_representation(tag.group, tag.element)
        return ValueRepresentation(UInt8(truncatingIfNeeded: code >> 8), UInt8(truncatingIfNeeded: code))
    }
}
