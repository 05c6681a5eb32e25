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
