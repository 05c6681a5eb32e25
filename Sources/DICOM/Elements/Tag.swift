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

/// Tags of what annotates images: references to them, segments, contours and overlays.
extension Tag {
    // References to images
    public static let referencedSOPInstanceUID = Tag(0x0008, 0x1155)
    public static let derivationImageSequence = Tag(0x0008, 0x9124)
    public static let sourceImageSequence = Tag(0x0008, 0x2112)

    // Structure sets (PS3.3 §C.8.8.5, §C.8.8.6)
    public static let structureSetROISequence = Tag(0x3006, 0x0020)
    public static let roiNumber = Tag(0x3006, 0x0022)
    public static let referencedFrameOfReferenceUID = Tag(0x3006, 0x0024)
    public static let roiContourSequence = Tag(0x3006, 0x0039)
    public static let contourSequence = Tag(0x3006, 0x0040)
    public static let contourImageSequence = Tag(0x3006, 0x0016)
    public static let contourGeometricType = Tag(0x3006, 0x0042)
    public static let contourData = Tag(0x3006, 0x0050)
    public static let referencedROINumber = Tag(0x3006, 0x0084)

    /// The group of an overlay plane: 6000, 6002, … 601E for `index` 0 … 15 (PS3.5 §7.6).
    private static func overlay(_ index: Int, _ element: UInt16) -> Tag {
        Tag(0x6000 + 2 * UInt16(truncatingIfNeeded: min(max(0, index), 15)), element)
    }

    public static func overlayRows(_ index: Int) -> Tag { overlay(index, 0x0010) }
    public static func overlayColumns(_ index: Int) -> Tag { overlay(index, 0x0011) }
    public static func numberOfFramesInOverlay(_ index: Int) -> Tag { overlay(index, 0x0015) }
    public static func overlayType(_ index: Int) -> Tag { overlay(index, 0x0040) }
    public static func overlayOrigin(_ index: Int) -> Tag { overlay(index, 0x0050) }
    public static func overlayBitsAllocated(_ index: Int) -> Tag { overlay(index, 0x0100) }
    public static func overlayBitPosition(_ index: Int) -> Tag { overlay(index, 0x0102) }
    public static func overlayData(_ index: Int) -> Tag { overlay(index, 0x3000) }
}
