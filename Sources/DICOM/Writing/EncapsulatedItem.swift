public import Basics

/// The pieces of an encapsulated value that is written frame by frame (PS3.5 §A.4).
public enum EncapsulatedItem {
    /// What stands in front of a fragment, or of a basic offset table.
    public static func header(byteCount: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendItem(.item, length: byteCount)
        return bytes
    }

    /// Where the value of a fragment lies whose item begins at a place.
    ///
    /// - Returns: `nil` where none begins, and where not all of it is there.
    /// - Throws: what reading throws.
    public static func value(in source: some ByteSource, at offset: Int) throws -> Range<Int>? {
        guard source.byteCount - offset >= 8 else { return nil }
        let reader = ByteReader(bytes: try source.read(offset..<offset + 8), isBigEndian: false)
        let count = Int(reader.uint32(at: 4))
        guard reader.tag(at: 0) == .item, count <= source.byteCount - offset - 8 else { return nil }
        return offset + 8..<offset + 8 + count
    }

    /// What ends the value.
    public static var delimiter: [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendItem(.sequenceDelimitationItem, length: 0)
        return bytes
    }
}
