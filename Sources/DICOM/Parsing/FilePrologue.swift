/// Everything before the data set: preamble, prefix and file meta information (PS3.10 §7.1), each of which may be missing.
struct FilePrologue {
    let metaInformation: DataSet
    let dataSetOffset: Int
    let transferSyntax: TransferSyntax
    let encoding: Encoding

    private static let prefix: [UInt8] = Array("DICM".utf8)

    init(_ bytes: [UInt8]) throws(DICOMError) {
        let start = try FilePrologue.start(bytes)
        (metaInformation, dataSetOffset) = try FilePrologue.readMetaInformation(bytes, from: start)
        if let uid = metaInformation.string(.transferSyntaxUID) {
            transferSyntax = TransferSyntax(uid: uid)
            encoding = Encoding(isExplicit: transferSyntax.isExplicit, isBigEndian: transferSyntax.isBigEndian)
        } else {
            encoding = FilePrologue.guessedEncoding(bytes, at: dataSetOffset)
            transferSyntax =
                !encoding.isExplicit ? .implicitLittleEndian : encoding.isBigEndian ? .explicitBigEndian : .explicitLittleEndian
        }
    }

    /// Where the first element stands: behind the prefix, or at the very beginning of a file without preamble.
    private static func start(_ bytes: [UInt8]) throws(DICOMError) -> Int {
        if bytes.count >= 132, Array(bytes[128..<132]) == prefix { return 132 }
        if bytes.count >= 4, Array(bytes[0..<4]) == prefix { return 4 }
        guard looksLikeFirstElement(bytes) else {
            throw DICOMError(.notDICOM, "this is no DICOM file: there is no DICM prefix, and no data set starts at the first byte")
        }
        return 0
    }

    /// A data set without preamble starts with a low, even group that the dictionary knows, and a length that fits.
    private static func looksLikeFirstElement(_ bytes: [UInt8]) -> Bool {
        let encoding = guessedEncoding(bytes, at: 0)
        guard let header = ElementHeader.read(bytes, at: 0, limit: bytes.count, encoding: encoding) else { return false }
        guard [2, 4, 8].contains(header.tag.group), DataDictionary.valueRepresentation(of: header.tag) != nil else { return false }
        return header.length.map { $0 <= bytes.count - header.valueOffset } ?? true
    }

    /// Explicit when two letters stand where a value representation would, big endian when the group's first byte is zero.
    private static func guessedEncoding(_ bytes: [UInt8], at offset: Int) -> Encoding {
        guard bytes.count - offset >= 8 else { return .implicitLittleEndian }
        let isExplicit = ElementHeader.looksLikeValueRepresentation(bytes[offset + 4], bytes[offset + 5])
        let isBigEndian = isExplicit && bytes[offset] == 0 && bytes[offset + 1] != 0
        return Encoding(isExplicit: isExplicit, isBigEndian: isBigEndian)
    }

    /// Reads group 0002, always explicit little endian by the standard. Its group length is often missing or wrong, so the group of each
    /// element decides where it ends.
    private static func readMetaInformation(_ bytes: [UInt8], from start: Int) throws(DICOMError) -> (DataSet, Int) {
        let parser = DataSetParser(bytes: bytes)
        var elements: [DataElement] = []
        var offset = start
        while bytes.count - offset >= 8 {
            let encoding = parser.actualEncoding(at: offset, limit: bytes.count, assumed: .explicitLittleEndian)
            guard let header = ElementHeader.read(bytes, at: offset, limit: bytes.count, encoding: encoding), header.tag.group == 2 else {
                break
            }
            let (element, end) = try parser.element(header, at: offset, limit: bytes.count, encoding: encoding, depth: 0)
            elements.append(element)
            offset = end
        }
        return (DataSet(elements), offset)
    }
}
