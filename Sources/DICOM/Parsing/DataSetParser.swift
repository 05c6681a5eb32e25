/// Walks the elements of a data set and finds its pixel data, without ever copying or trusting more than the bytes that are there.
///
/// Memory is bounded by the input: a length field is compared with what is left before anything is done with it. Depth is bounded by
/// ``maximumDepth``. Each byte is visited once per level of nesting at most.
struct DataSetParser {
    /// Structured reports nest about ten levels deep; nothing real comes near this.
    static let maximumDepth = 64

    let bytes: [UInt8]

    /// Reads one data set of an item: up to the item's end, or up to its delimiter when the end is not known.
    ///
    /// - Returns: the elements, and the offset behind them (behind the delimiter, if there is one).
    func item(from start: Int, limit: Int, isDelimited: Bool, encoding assumed: Encoding, depth: Int) throws(DICOMError) -> (DataSet, Int) {
        guard depth <= DataSetParser.maximumDepth else {
            throw DICOMError(.nestedTooDeeply, "sequences nest deeper than \(DataSetParser.maximumDepth) levels", offset: start)
        }
        let encoding = actualEncoding(at: start, limit: limit, assumed: assumed)
        var elements: [DataElement] = []
        var offset = start
        while isDelimited || offset < limit {
            guard let header = ElementHeader.read(bytes, at: offset, limit: limit, encoding: encoding) else {
                throw DICOMError(.truncated, "an item ends in the middle of an element", offset: offset)
            }
            if header.tag == .itemDelimitationItem {
                offset = header.valueOffset
                break
            }
            let (element, end) = try element(header, at: offset, limit: limit, encoding: encoding, depth: depth)
            elements.append(element)
            offset = end
        }
        return (DataSet(elements), offset)
    }

    /// Reads the value that belongs to a header.
    func element(_ header: ElementHeader, at offset: Int, limit: Int, encoding: Encoding, depth: Int) throws(DICOMError) -> (
        DataElement, Int
    ) {
        // Items and delimiters have no value representation: one that was written as an element would read back as something else.
        guard header.tag.group != Tag.item.group else {
            throw DICOMError(.malformed, "there is \(header.tag) where an element belongs", tag: header.tag, offset: offset)
        }
        guard let length = header.length else {
            return try undefinedLengthElement(header, limit: limit, encoding: encoding, depth: depth)
        }
        let end = try self.end(of: header, length: length, at: offset, limit: limit)
        let range = header.valueOffset..<end
        if let items = definedLengthItems(header, range, encoding: encoding, depth: depth) {
            return (DataElement(header.tag, sequence: items), end)
        }
        // A sequence that cannot be read as one keeps its bytes; nothing is lost, and nothing inside is believed.
        let vr = header.vr == .SQ && !range.isEmpty ? .UN : header.vr
        let value: DataElement.Value = vr == .SQ ? .sequence([]) : .bytes(littleEndian(range, vr: vr, encoding: encoding))
        return (DataElement(header.tag, vr, value: value), end)
    }

    private func end(of header: ElementHeader, length: Int, at offset: Int, limit: Int) throws(DICOMError) -> Int {
        guard length <= limit - header.valueOffset else {
            throw DICOMError(
                .truncated, "the element announces \(length) bytes and \(limit - header.valueOffset) are left", tag: header.tag,
                offset: offset)
        }
        return header.valueOffset + length
    }

    private func undefinedLengthElement(
        _ header: ElementHeader, limit: Int, encoding: Encoding, depth: Int
    ) throws(DICOMError) -> (DataElement, Int) {
        if header.tag == .pixelData || encoding.isExplicit && (header.vr == .OB || header.vr == .OW) {
            let end = try endOfFragments(from: header.valueOffset, limit: limit, isBigEndian: encoding.isBigEndian, tag: header.tag)
            return (DataElement(header.tag, header.vr, value: .fragments(bytes[header.valueOffset..<end])), end)
        }
        guard !encoding.isExplicit || header.vr == .SQ || header.vr == .UN else {
            // A sequence under a wrong name is one all the same.
            if let (items, end) = try? delimitedItems(header, limit: limit, encoding: encoding, depth: depth) {
                return (DataElement(header.tag, sequence: items), end)
            }
            throw DICOMError(
                .malformed, "a value of type \(header.vr) cannot have an undefined length", tag: header.tag, offset: header.valueOffset)
        }
        // A sequence that was wrapped as UN is implicit little endian inside (PS3.5 §6.2.2 note 2).
        let inner = encoding.isExplicit && header.vr == .UN ? Encoding.implicitLittleEndian : encoding
        let (items, end) = try delimitedItems(header, limit: limit, encoding: inner, depth: depth)
        return (DataElement(header.tag, sequence: items), end)
    }

    /// Items up to the sequence delimiter.
    private func delimitedItems(
        _ header: ElementHeader, limit: Int, encoding: Encoding, depth: Int
    ) throws(DICOMError) -> ([DataSet], Int) {
        var items: [DataSet] = []
        var offset = header.valueOffset
        while true {
            guard let next = ElementHeader.read(bytes, at: offset, limit: limit, encoding: encoding) else {
                throw DICOMError(.truncated, "a sequence has no end", tag: header.tag, offset: offset)
            }
            if next.tag == .sequenceDelimitationItem { return (items, next.valueOffset) }
            let (item, end) = try itemOfSequence(next, in: header.tag, at: offset, limit: limit, encoding: encoding, depth: depth)
            items.append(item)
            offset = end
        }
    }

    /// Items that fill a range exactly; nil when the value is no sequence, or its inside cannot be read.
    private func definedLengthItems(_ header: ElementHeader, _ range: Range<Int>, encoding: Encoding, depth: Int) -> [DataSet]? {
        let isWrapped = header.vr == .UN && encoding.isExplicit && DataDictionary.valueRepresentation(of: header.tag) == .SQ
        guard header.vr == .SQ || isWrapped else { return nil }
        let inner = isWrapped ? Encoding.implicitLittleEndian : encoding
        var items: [DataSet] = []
        var offset = range.lowerBound
        while offset < range.upperBound {
            guard let next = ElementHeader.read(bytes, at: offset, limit: range.upperBound, encoding: inner) else { return nil }
            if next.tag == .sequenceDelimitationItem { break }
            guard
                let (item, end) = try? itemOfSequence(
                    next, in: header.tag, at: offset, limit: range.upperBound, encoding: inner, depth: depth)
            else { return nil }
            items.append(item)
            offset = end
        }
        return items
    }

    private func itemOfSequence(
        _ header: ElementHeader, in sequence: Tag, at offset: Int, limit: Int, encoding: Encoding, depth: Int
    ) throws(DICOMError) -> (DataSet, Int) {
        guard header.tag == .item else {
            throw DICOMError(.malformed, "a sequence holds \(header.tag) where an item belongs", tag: sequence, offset: offset)
        }
        guard let length = header.length else {
            return try item(from: header.valueOffset, limit: limit, isDelimited: true, encoding: encoding, depth: depth + 1)
        }
        let end = try self.end(of: header, length: length, at: offset, limit: limit)
        let (content, _) = try item(from: header.valueOffset, limit: end, isDelimited: false, encoding: encoding, depth: depth + 1)
        return (content, end)
    }

    /// The offset behind the delimiter that ends a series of fragments (PS3.5 §A.4).
    ///
    /// Items are skipped by their lengths, since a codestream may contain what looks like a delimiter. Bytes that end exactly with an
    /// item, without any delimiter, are accepted: writers that were interrupted between the two leave a complete image.
    func endOfFragments(from start: Int, limit: Int, isBigEndian: Bool, tag: Tag) throws(DICOMError) -> Int {
        let reader = ByteReader(bytes: bytes, isBigEndian: isBigEndian)
        var offset = start
        while limit - offset >= 8 {
            let itemTag = reader.tag(at: offset)
            let length = reader.uint32(at: offset + 4)
            offset += 8
            if itemTag == .sequenceDelimitationItem { return offset }
            guard itemTag == .item, length != ElementHeader.undefinedLength else {
                throw DICOMError(.malformed, "fragments hold \(itemTag) where an item belongs", tag: tag, offset: offset - 8)
            }
            guard Int(length) <= limit - offset else {
                throw DICOMError(
                    .truncatedPixelData, "a fragment announces \(length) bytes and \(limit - offset) are left", tag: tag, offset: offset - 8
                )
            }
            offset += Int(length)
        }
        guard offset == limit, offset > start else {
            throw DICOMError(.truncatedPixelData, "the fragments have no end", tag: tag, offset: offset)
        }
        return offset
    }

    /// Some writers encode a data set, or single items, implicitly although the file says explicit. The first element tells.
    /// The opposite is believed of a whole data set only: inside of sequences it would be mistaken too easily.
    func actualEncoding(at start: Int, limit: Int, assumed: Encoding) -> Encoding {
        guard assumed.isExplicit, limit - start >= 8 else { return assumed }
        let reader = ByteReader(bytes: bytes, isBigEndian: assumed.isBigEndian)
        let hasVR = ElementHeader.looksLikeValueRepresentation(bytes[start + 4], bytes[start + 5])
        guard !hasVR, reader.uint16(at: start) != 0xFFFE,
            !ElementHeader.hasIllegalValueRepresentation(bytes, at: start, limit: limit, reader: reader)
        else { return assumed }
        return Encoding(isExplicit: false, isBigEndian: assumed.isBigEndian)
    }

    /// The value as little-endian bytes: a slice of the buffer, or a swapped copy.
    private func littleEndian(_ range: Range<Int>, vr: ValueRepresentation, encoding: Encoding) -> ArraySlice<UInt8> {
        guard encoding.isBigEndian, vr.unitSize > 1 else { return bytes[range] }
        return ByteOrder.swapped(bytes[range], unitSize: vr.unitSize)[...]
    }
}
