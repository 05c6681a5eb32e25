public import Basics

/// Appends elements in Explicit VR Little Endian.
struct ElementEncoder {
    var bytes: [UInt8] = []

    mutating func append(_ dataSet: DataSet) throws(DICOMError) {
        for element in dataSet { try append(element) }
    }

    mutating func append(_ element: DataElement) throws(DICOMError) {
        switch element.value {
        case .bytes(let value):
            try appendHeader(element.tag, element.vr, length: value.count + value.count % 2)
            bytes += value
            if value.count % 2 == 1 { bytes.append(element.vr.paddingByte) }
        case .sequence(let items):
            var inner = ElementEncoder()
            for item in items { try inner.appendItem(item) }
            try appendHeader(element.tag, .SQ, length: inner.bytes.count)
            bytes += inner.bytes
        case .fragments(let value):
            appendUndefinedHeader(element.tag, .OB)
            bytes += value
        }
    }

    mutating func append(_ pixels: DICOMWriter.Pixels, allocated: Int) throws(DICOMError) {
        switch pixels {
        case .none: break
        case .native(let value):
            try append(DataElement(.pixelData, Self.nativeRepresentation(allocated: allocated), value: .bytes(value[...])))
        case .encapsulated(let pixels):
            appendUndefinedHeader(.pixelData, .OB)
            bytes += pixels.serialised()
        }
    }

    /// The header of Pixel Data whose value is written elsewhere.
    ///
    /// - Parameter nativeByteCount: the length of native values; `nil` for encapsulated ones.
    mutating func appendPixelDataHeader(allocated: Int, nativeByteCount: Int?) throws(DICOMError) {
        guard let nativeByteCount else { return appendUndefinedHeader(.pixelData, .OB) }
        try appendHeader(.pixelData, Self.nativeRepresentation(allocated: allocated), length: nativeByteCount)
    }

    /// OW for everything that is not made of single bytes (PS3.5 §8.1.2, §A.2).
    private static func nativeRepresentation(allocated: Int) -> ValueRepresentation { allocated > 8 || allocated == 1 ? .OW : .OB }

    private mutating func appendItem(_ item: DataSet) throws(DICOMError) {
        var inner = ElementEncoder()
        for element in item where !element.tag.isGroupLength { try inner.append(element) }
        guard inner.bytes.count < 0xFFFF_FFFE else {
            throw DICOMError(.invalidValue, "an item of \(inner.bytes.count) bytes is too long", tag: .item)
        }
        bytes.appendItem(.item, length: inner.bytes.count)
        bytes += inner.bytes
    }

    private mutating func appendHeader(_ tag: Tag, _ vr: ValueRepresentation, length: Int) throws(DICOMError) {
        guard length <= (vr.hasLongLength ? 0xFFFF_FFFE : 0xFFFE) else {
            throw DICOMError(.invalidValue, "a value of \(length) bytes is too long for \(vr)", tag: tag)
        }
        bytes.append(tag)
        bytes += vr.rawValue.utf8
        if vr.hasLongLength {
            bytes.appendLittleEndian(UInt16(0))
            bytes.appendLittleEndian(UInt32(truncatingIfNeeded: length))
        } else {
            bytes.appendLittleEndian(UInt16(truncatingIfNeeded: length))
        }
    }

    private mutating func appendUndefinedHeader(_ tag: Tag, _ vr: ValueRepresentation) {
        bytes.append(tag)
        bytes += vr.rawValue.utf8
        bytes.appendLittleEndian(UInt16(0))
        bytes.appendLittleEndian(ElementHeader.undefinedLength)
    }
}

/// The pieces of an encapsulated value that is written frame by frame (PS3.5 §A.4).
public enum EncapsulatedItem {
    /// The bytes in front of a fragment, or of a basic offset table.
    public static func header(byteCount: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendItem(.item, length: byteCount)
        return bytes
    }

    /// Where the value of a fragment lies whose item begins at a place.
    ///
    /// - Returns: `nil` where none begins, and where not all of it is there.
    /// - Throws: the errors of reading.
    public static func value(in source: some ByteSource, at offset: Int) throws -> Range<Int>? {
        guard source.byteCount - offset >= 8 else { return nil }
        let reader = ByteReader(bytes: try source.read(offset..<offset + 8), isBigEndian: false)
        let count = Int(reader.uint32(at: 4))
        guard reader.tag(at: 0) == .item, count <= source.byteCount - offset - 8 else { return nil }
        return offset + 8..<offset + 8 + count
    }

    /// The bytes that end the value.
    public static var delimiter: [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendItem(.sequenceDelimitationItem, length: 0)
        return bytes
    }
}
