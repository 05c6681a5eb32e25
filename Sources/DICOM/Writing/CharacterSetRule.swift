/// Text beyond ASCII needs Specific Character Set (0008,0005) (PS3.5 §6.1).
enum CharacterSetRule {
    /// The data set as it can be written: text that is UTF-8 without a declared character set gets the declaration.
    ///
    /// - Throws: `invalidValue` when undeclared text is not UTF-8 either.
    static func applied(to dataSet: DataSet) throws(DICOMError) -> DataSet {
        guard dataSet.string(.specificCharacterSet) == nil, let element = firstBeyondASCII(in: dataSet) else { return dataSet }
        guard String(validating: element.bytes, as: UTF8.self) != nil else {
            throw DICOMError(.invalidValue, "the text is in an undeclared character set", tag: element.tag)
        }
        var declared = dataSet
        declared.set(.specificCharacterSet, .CS, "ISO_IR 192")
        return declared
    }

    private static func firstBeyondASCII(in dataSet: DataSet) -> DataElement? {
        for element in dataSet {
            if element.vr.isText, element.bytes.contains(where: { $0 >= 0x80 }) { return element }
            for item in element.items {
                if let found = firstBeyondASCII(in: item) { return found }
            }
        }
        return nil
    }
}
