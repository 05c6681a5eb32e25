import CGDCM

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
