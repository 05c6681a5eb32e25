import Basics

/// The number of an attribute: group and element (PS3.5 §7.1).
public struct Tag: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var group: UInt16
    public var element: UInt16

    @inlinable
    public init(_ group: UInt16, _ element: UInt16) {
        self.group = group
        self.element = element
    }

    /// Group and element as one number, in the order in which elements are written.
    @inlinable
    public var rawValue: UInt32 { UInt32(group) << 16 | UInt32(element) }

    @inlinable
    public static func < (left: Tag, right: Tag) -> Bool { left.rawValue < right.rawValue }

    /// Odd groups belong to vendors (PS3.5 §7.8).
    @inlinable
    public var isPrivate: Bool { group & 1 == 1 }

    /// `(gggg,0010)` … `(gggg,00FF)` of an odd group reserve a block for a creator (PS3.5 §7.8.1).
    @inlinable
    public var isPrivateCreator: Bool { isPrivate && (0x10...0xFF).contains(element) }

    /// `(gggg,0000)`: retired outside of the file meta information, tolerated on reading and never written.
    @inlinable
    public var isGroupLength: Bool { element == 0 }

    /// For example `(0028,0010)`.
    public var description: String { "(\(Tag.hexadecimal(group)),\(Tag.hexadecimal(element)))" }

    private static func hexadecimal(_ number: UInt16) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
