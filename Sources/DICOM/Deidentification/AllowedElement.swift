/// One line of the allow-list: an attribute that may appear in a public header, and what its value may be.
struct AllowedElement: Sendable {
    /// The condition that a value must meet to pass. A value that is anything else is left out.
    enum Rule: Sendable {
        /// `DS`, parsed and written anew.
        case decimals(ClosedRange<Int>)
        /// `DS`, one for each frame, parsed and written anew.
        case decimalsOfFrames
        /// `IS`, parsed and written anew.
        case integers(ClosedRange<Int>)
        /// `US`, `UL`, `SL`, … as numbers.
        case binary(ClosedRange<Int>)
        /// One of `US`, `UL`, `SL`, … in a range that measures of an image do not leave.
        case bounded(ClosedRange<Int>)
        /// `US`, one for each frame, counting what there are at most as many of as frames.
        case indicesOfFrames
        /// `US` or `SS` after Pixel Representation.
        case samples(ClosedRange<Int>)
        /// `FL`, `FD`: zero or of a magnitude that lengths, times and velocities have, which no text read as a number has.
        case floats(ClosedRange<Int>)
        /// Every value is one of these.
        case terms(Set<String>, ClosedRange<Int>)
        /// Values are one of these; others become the given one.
        case termsOrElse(Set<String>, String, ClosedRange<Int>)
        /// Image Type: the first two values have their own terms.
        case imageType
        /// A UID, replaced by a new one.
        case mappedUID
        /// A SOP class, one of the standard's image storage classes.
        case storageClass
        /// Tags of attributes that are in the header themselves.
        case pointers
        /// First value: entries, 0 standing for 65536; second: first input; third: 8 or 16 bits.
        case tableDescriptor
        /// 8 or 16-bit entries, as many as the descriptor in the same data set says.
        case tableData(descriptor: Tag)
        /// Segments that make a palette (PS3.3 §C.7.9.2) of as many entries as the descriptor says.
        case segmentedTableData(descriptor: Tag)
        /// Items made of these.
        case sequence([AllowedElement])
    }

    let tag: Tag
    let vr: ValueRepresentation
    let rule: Rule
    /// Part of ``PublicHeader/digest(of:)``. Transcoders may change the others.
    let isDigested: Bool

    init(_ tag: Tag, _ vr: ValueRepresentation, _ rule: Rule, isDigested: Bool = true) {
        self.tag = tag
        self.vr = vr
        self.rule = rule
        self.isDigested = isDigested
    }

    /// The items' lines, when the attribute is a sequence.
    var children: [AllowedElement]? {
        if case .sequence(let children) = rule { children } else { nil }
    }
}
