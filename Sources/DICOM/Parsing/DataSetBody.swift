/// The top level of a data set: its elements, and where the value of its pixel data lies.
struct DataSetBody {
    let dataSet: DataSet
    let encoding: Encoding
    /// The value as it stands in the bytes; nil without Pixel Data (7FE0,0010).
    let pixelDataValue: Range<Int>?
    /// Its length; more than ``pixelDataValue`` has where it was withheld.
    let pixelDataByteCount: Int
    let isPixelDataEncapsulated: Bool
    /// As written; `OW` where the encoding writes none (PS3.5 §A.1).
    let pixelDataVR: ValueRepresentation
    /// Why the elements end before the bytes do; nil when all were read.
    let damage: DICOMError?

    /// - Parameter withheld: the pixel value, where it was left out of the bytes.
    init(
        _ bytes: [UInt8], from start: Int, encoding assumed: Encoding, isEncapsulated: Bool, withheld: WithheldValue? = nil
    ) throws(DICOMError) {
        let parser = DataSetParser(bytes: bytes)
        let encoding = DataSetBody.actualEncoding(bytes, at: start, parser: parser, assumed: assumed)
        var elements: [DataElement] = []
        var pixelData: (range: Range<Int>, byteCount: Int, isEncapsulated: Bool, vr: ValueRepresentation)?
        var offset = start
        var damage: DICOMError?
        lazy var endOfContent = (bytes.lastIndex { $0 != 0 } ?? -1) + 1
        while let header = ElementHeader.read(bytes, at: offset, limit: bytes.count, encoding: encoding) {
            // Stray delimiters, left behind by writers that mixed up defined and undefined lengths.
            if header.tag.group == 0xFFFE, header.length == 0 {
                offset = header.valueOffset
                continue
            }
            if header.tag.rawValue == 0, offset >= endOfContent { break }
            if pixelData != nil, !DataSetBody.continuesDataSet(header) { break }
            do throws(DICOMError) {
                if header.tag == .pixelData {
                    let range =
                        withheld?.offset == header.valueOffset
                        ? header.valueOffset..<header.valueOffset
                        : try DataSetBody.pixelDataValue(header, bytes: bytes, parser: parser, encoding: encoding)
                    pixelData = (
                        range, withheld?.byteCount ?? range.count, header.length == nil, encoding.isExplicit ? header.vr : .OW
                    )
                    offset = range.upperBound
                } else {
                    let (element, end) = try parser.element(header, at: offset, limit: bytes.count, encoding: encoding, depth: 0)
                    elements.append(element)
                    offset = end
                }
            } catch {
                damage = try DataSetBody.tolerated(error, behind: elements)
                break
            }
        }
        // Half a header at the end of an object without an image is what a lost end looks like.
        guard damage != nil || pixelData != nil || offset >= endOfContent else {
            throw DICOMError(.truncated, "the file ends in the middle of an element's header", offset: offset)
        }
        dataSet = DataSet(elements)
        self.encoding = encoding
        pixelDataValue = pixelData?.range
        pixelDataByteCount = pixelData?.byteCount ?? 0
        isPixelDataEncapsulated = pixelData?.isEncapsulated ?? false
        pixelDataVR = pixelData?.vr ?? .OW
        self.damage = damage
    }

    /// A data set that cannot be read on belongs to its study all the same. One that lost its end does not: most likely somebody is still
    /// writing it, and a part of it must never pass for the whole.
    private static func tolerated(_ error: DICOMError, behind elements: [DataElement]) throws(DICOMError) -> DICOMError {
        guard error.code == .malformed || error.code == .nestedTooDeeply, DataSet(elements).string(.studyInstanceUID) != nil else {
            throw error
        }
        return error
    }

    /// The elements with the pixel data among them, for objects in which nothing says that it is a picture.
    func dataSetWithPixelData(of bytes: [UInt8]) -> DataSet {
        guard let range = pixelDataValue else { return dataSet }
        var complete = dataSet
        let value: DataElement.Value = isPixelDataEncapsulated ? .fragments(bytes[range]) : .bytes(bytes[range])
        complete.set(DataElement(.pixelData, pixelDataVR, value: value))
        return complete
    }

    private static func pixelDataValue(
        _ header: ElementHeader, bytes: [UInt8], parser: DataSetParser, encoding: Encoding
    ) throws(DICOMError) -> Range<Int> {
        guard let length = header.length else {
            let end = try parser.endOfFragments(
                from: header.valueOffset, limit: bytes.count, isBigEndian: encoding.isBigEndian, tag: .pixelData)
            return header.valueOffset..<end
        }
        guard length <= bytes.count - header.valueOffset else {
            throw DICOMError(
                .truncatedPixelData, "the pixel data announces \(length) bytes and \(bytes.count - header.valueOffset) are left",
                tag: .pixelData, offset: header.valueOffset)
        }
        return header.valueOffset..<header.valueOffset + length
    }

    /// Behind the pixel data, bytes that do not continue the data set are a tail that some archives append; they stay in the trailer.
    /// An element that continues it must be whole.
    private static func continuesDataSet(_ header: ElementHeader) -> Bool {
        header.tag > .pixelData && (header.tag.isPrivate || DataDictionary.valueRepresentation(of: header.tag) != nil)
    }

    /// A data set that contradicts its transfer syntax: implicit under an explicit one, or the reverse.
    static func actualEncoding(_ bytes: [UInt8], at start: Int, parser: DataSetParser, assumed: Encoding) -> Encoding {
        guard !assumed.isExplicit else { return parser.actualEncoding(at: start, limit: bytes.count, assumed: assumed) }
        guard bytes.count - start >= 8, ValueRepresentation(bytes[start + 4], bytes[start + 5]) != nil else { return assumed }
        return .explicitLittleEndian
    }
}

/// A pixel value that was left out of the bytes of a file, since it is read frame by frame.
struct WithheldValue {
    /// Where it would begin in the bytes.
    let offset: Int
    let byteCount: Int
}
