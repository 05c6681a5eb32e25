/// One attribute with its value.
public struct DataElement: Hashable, Sendable {
    /// What an element holds. Bytes are in little-endian order whatever the file's order was.
    public enum Value: Hashable, Sendable {
        /// A slice of the file's own buffer where the file is little endian.
        case bytes(ArraySlice<UInt8>)
        case sequence([DataSet])
        /// Fragments of a nested pixel data element (an icon, say): the items and the delimiter as read.
        case fragments(ArraySlice<UInt8>)
    }

    public let tag: Tag
    public let vr: ValueRepresentation
    public let value: Value

    public init(_ tag: Tag, _ vr: ValueRepresentation, value: Value) {
        self.tag = tag
        self.vr = vr
        self.value = value
    }

    /// An element from its value bytes, little endian, with or without padding.
    public init(_ tag: Tag, _ vr: ValueRepresentation, bytes: [UInt8] = []) {
        self.init(tag, vr, value: .bytes(bytes[...]))
    }

    public init(_ tag: Tag, sequence: [DataSet]) {
        self.init(tag, .SQ, value: .sequence(sequence))
    }

    /// The bytes of the value; empty for a sequence or fragments.
    public var bytes: ArraySlice<UInt8> {
        if case .bytes(let bytes) = value { bytes } else { [] }
    }

    /// The items of a sequence; empty otherwise.
    public var items: [DataSet] {
        if case .sequence(let items) = value { items } else { [] }
    }

    /// Whether the element is there without a value (type 2).
    public var isEmpty: Bool {
        switch value {
        case .bytes(let bytes): bytes.isEmpty
        case .sequence(let items): items.isEmpty
        case .fragments: false
        }
    }
}
