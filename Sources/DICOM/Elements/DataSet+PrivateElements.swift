/// The private elements that carry what Veilray adds to a data set (PS3.5 §7.8). Documented in docs/dicom.md.
public enum VeilrayPrivate {
    /// An odd group that no vendor is known to use; the creator element is what makes it ours.
    public static let group: UInt16 = 0x5653
    public static let creator = "VEILRAY 1.0"
}

extension DataSet {
    /// The value of a private element, found by its creator wherever the creator's block lies.
    ///
    /// Values have even length in files. ``setPrivateBytes(_:creator:group:element:)`` puts the exact length in front, and this takes
    /// it off again; nil when the element is absent or its length field is not one that this software wrote.
    ///
    /// - Parameter element: the low byte of the element number.
    public func privateBytes(creator: String, group: UInt16, element: UInt8) -> [UInt8]? {
        guard let block = privateBlock(creator: creator, group: group) else { return nil }
        guard let value = self[Tag(group, UInt16(block) << 8 | UInt16(element))]?.bytes, value.count >= 4 else { return nil }
        let length = value.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length + 4 + (length % 2) == value.count else { return nil }
        return Array(value.dropFirst(4).prefix(length))
    }

    /// Stores bytes in a private `OB` element: four bytes of length (little endian), the bytes, a zero byte when they are odd.
    ///
    /// The creator gets the first free block of the group unless it has one already. O(n).
    ///
    /// - Throws: `invalidValue` when the bytes do not fit an element or the group has no free block.
    public mutating func setPrivateBytes(_ bytes: [UInt8], creator: String, group: UInt16, element: UInt8) throws(DICOMError) {
        guard bytes.count <= 0xFFFF_FF00, group & 1 == 1 else {
            throw DICOMError(.invalidValue, "\(bytes.count) bytes do not fit a private element", tag: Tag(group, UInt16(element)))
        }
        guard let block = privateBlock(creator: creator, group: group) ?? freePrivateBlock(group: group) else {
            throw DICOMError(.invalidValue, "the private group has no free block", tag: Tag(group, 0x0010))
        }
        set(Tag(group, UInt16(block)), .LO, creator)
        var value: [UInt8] = []
        value.reserveCapacity(bytes.count + 5)
        value.appendLittleEndian(UInt32(bytes.count))
        value += bytes
        if value.count % 2 == 1 { value.append(0) }
        set(DataElement(Tag(group, UInt16(block) << 8 | UInt16(element)), .OB, bytes: value))
    }

    private func privateBlock(creator: String, group: UInt16) -> UInt8? {
        (0x10...0xFF).first { string(Tag(group, UInt16($0))) == creator }
    }

    private func freePrivateBlock(group: UInt16) -> UInt8? {
        (0x10...0xFF).first { self[Tag(group, UInt16($0))] == nil }
    }
}
