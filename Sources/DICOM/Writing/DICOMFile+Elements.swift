/// A file's bytes with some elements more or less, everything else as it stands: no other element is written anew.
extension DICOMFile {
    /// Where one element of the data set's top level stands in ``expanded``, header and value.
    private struct Place {
        let tag: Tag
        let range: Range<Int>
    }

    /// The file with elements put in where their tags belong.
    ///
    /// - Parameters:
    ///   - elements: byte values of even length that no byte order concerns.
    ///   - pixelData: what stands in ``pixelDataRange`` instead, as many bytes; nil for what is there.
    /// - Throws: `unsupportedTransferSyntax` for a deflated file, `invalidValue` for a value that does not fit, and what the data set's
    ///   damage is.
    public func bytes(adding elements: [DataElement], pixelData: [UInt8]? = nil) throws(DICOMError) -> [UInt8] {
        let (places, encoding) = try places()
        let base = replacing(pixelData)
        var (result, position) = ([UInt8](), 0)
        result.reserveCapacity(base.count + elements.reduce(0) { $0 + $1.bytes.count + 12 })
        for element in elements.sorted(by: { $0.tag < $1.tag }) {
            let next = places.first { $0.tag > element.tag }?.range.lowerBound ?? places.last?.range.upperBound ?? dataSetOffset
            guard next >= position else {
                throw DICOMError(.malformed, "its elements are not in the order of their tags", file: name, tag: element.tag)
            }
            result += base[position..<next]
            position = next
            try DICOMFile.append(element, to: &result, encoding)
        }
        return result + base[position...]
    }

    /// The file without some elements of its top level.
    ///
    /// - Throws: as ``bytes(adding:pixelData:)``.
    public func bytes(removing isRemoved: (Tag) -> Bool, pixelData: [UInt8]? = nil) throws(DICOMError) -> [UInt8] {
        let base = replacing(pixelData)
        var (result, position) = ([UInt8](), 0)
        result.reserveCapacity(base.count)
        for place in try places().places where isRemoved(place.tag) {
            result += base[position..<place.range.lowerBound]
            position = place.range.upperBound
        }
        return result + base[position...]
    }

    private func replacing(_ pixelData: [UInt8]?) -> [UInt8] {
        guard let pixelData, let range = pixelDataRange, pixelData.count == range.count else { return expanded }
        return expanded[..<range.lowerBound] + pixelData + expanded[range.upperBound...]
    }

    /// The elements of the top level in the order of the file, and how they are laid out.
    private func places() throws(DICOMError) -> (places: [Place], encoding: Encoding) {
        if let damage { throw damage.naming(name) }
        guard !transferSyntax.isDeflated else {
            throw DICOMError(.unsupportedTransferSyntax, "a deflated file cannot be changed in places", file: name)
        }
        let parser = DataSetParser(bytes: expanded)
        let assumed = Encoding(isExplicit: transferSyntax.isExplicit, isBigEndian: transferSyntax.isBigEndian)
        let encoding = DataSetBody.actualEncoding(expanded, at: dataSetOffset, parser: parser, assumed: assumed)
        var (places, offset) = ([Place](), dataSetOffset)
        while let header = ElementHeader.read(expanded, at: offset, limit: expanded.count, encoding: encoding) {
            if header.tag.group == 0xFFFE, header.length == 0 {
                offset = header.valueOffset
                continue
            }
            // What stands behind the last element that was read is no element.
            guard header.tag == .pixelData || dataSet[header.tag] != nil else { break }
            let end: Int
            if header.tag == .pixelData, header.length == nil {
                end = try parser.endOfFragments(
                    from: header.valueOffset, limit: expanded.count, isBigEndian: encoding.isBigEndian, tag: header.tag)
            } else if let length = header.length {
                guard length <= expanded.count - header.valueOffset else { break }
                end = header.valueOffset + length
            } else {
                end = try parser.element(header, at: offset, limit: expanded.count, encoding: encoding, depth: 0).1
            }
            places.append(Place(tag: header.tag, range: offset..<end))
            offset = end
        }
        return (places, encoding)
    }

    private static func append(_ element: DataElement, to bytes: inout [UInt8], _ encoding: Encoding) throws(DICOMError) {
        let value = element.bytes
        guard value.count % 2 == 0, value.count <= (element.vr.hasLongLength || !encoding.isExplicit ? 0xFFFF_FFFE : 0xFFFE) else {
            throw DICOMError(.invalidValue, "a value of \(value.count) bytes does not fit its element", tag: element.tag)
        }
        func append(_ number: Int, byteCount: Int) {
            for place in 0..<byteCount {
                bytes.append(UInt8(truncatingIfNeeded: number >> (8 * (encoding.isBigEndian ? byteCount - 1 - place : place))))
            }
        }
        append(Int(element.tag.group), byteCount: 2)
        append(Int(element.tag.element), byteCount: 2)
        if encoding.isExplicit {
            bytes += element.vr.rawValue.utf8
            if element.vr.hasLongLength { append(0, byteCount: 2) }
        }
        append(value.count, byteCount: encoding.isExplicit && !element.vr.hasLongLength ? 2 : 4)
        bytes += value
    }
}
