import DICOM
import Marks

/// The values of a data set that a mark binds.
enum HeaderReader {
    private static let originalAttributes = Tag(0x0400, 0x0561)
    private static let modifiedAttributes = Tag(0x0400, 0x0550)

    static func values(_ dataSet: DataSet) -> HeaderValues {
        values(dataSet, CharacterSets(dataSet.strings(.specificCharacterSet)), isSigned: dataSet.integer(.pixelRepresentation) == 1)
    }

    /// What archives say to have replaced: the items of the Modified Attributes Sequences (PS3.3 C.12.1.1.9).
    static func originals(_ dataSet: DataSet) -> [HeaderValues] {
        let sets = dataSet.strings(.specificCharacterSet)
        return dataSet.items(originalAttributes).flatMap { $0.items(modifiedAttributes) }.map { item in
            let own = item.strings(.specificCharacterSet)
            return values(item, CharacterSets(own.isEmpty ? sets : own), isSigned: dataSet.integer(.pixelRepresentation) == 1)
        }
    }

    private static func values(_ dataSet: DataSet, _ sets: CharacterSets, isSigned: Bool) -> HeaderValues {
        HeaderValues { attribute in
            let tag = Tag(UInt16(attribute.tag >> 16), UInt16(truncatingIfNeeded: attribute.tag))
            guard let element = dataSet[tag], !element.bytes.isEmpty else { return [] }
            switch attribute.kind {
            case .number: return numbers(element, in: dataSet, isSigned: isSigned)
            case .text, .person, .time:
                return sets.text(element.bytes).split(separator: "\\", omittingEmptySubsequences: false).map(String.init)
            }
        }
    }

    /// Text stays text, since its digits are exact; binary numbers become text.
    private static func numbers(_ element: DataElement, in dataSet: DataSet, isSigned: Bool) -> [String] {
        // Pixel Padding Value is of the kind that Pixel Representation says, whatever a writer without value representations makes of it.
        if element.tag == .pixelPaddingValue {
            let known = DataElement(element.tag, isSigned ? .SS : .US, value: element.value)
            return known.integers?.map(String.init) ?? []
        }
        let isText = element.vr.isText || element.vr == .UN && element.bytes.allSatisfy { (0x20..<0x7F).contains($0) || $0 == 0 }
        if isText, element.bytes.contains(where: { $0 >= 0x20 }) { return element.strings }
        let integers = dataSet.integers(element.tag)
        if !integers.isEmpty { return integers.map(String.init) }
        let decimals = dataSet.decimals(element.tag)
        return decimals.isEmpty ? element.strings : decimals.map { "\($0)" }
    }
}
