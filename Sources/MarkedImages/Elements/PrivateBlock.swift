import DICOM

/// A block of private elements in Veilray's group.
enum PrivateBlock {
    /// The elements to put into a file, in the first block of the group that is free in it.
    static func elements(_ values: [(number: UInt8, bytes: [UInt8])], creator: String, for dataSet: DataSet) throws -> [DataElement] {
        var extended = dataSet
        for (number, bytes) in values {
            try extended.setPrivateBytes(bytes, creator: creator, group: VeilrayPrivate.group, element: number)
        }
        // Texts have even length in a file.
        return extended.filter { dataSet[$0.tag] == nil }.map { element in
            element.bytes.count % 2 == 0 ? element : DataElement(element.tag, element.vr, bytes: Array(element.bytes) + [0x20])
        }
    }

    /// Whether a tag belongs to a creator's block in a data set.
    static func contains(_ tag: Tag, of creator: String, in dataSet: DataSet) -> Bool {
        guard tag.group == VeilrayPrivate.group else { return false }
        let block = tag.isPrivateCreator ? tag.element : tag.element >> 8
        return dataSet.string(Tag(VeilrayPrivate.group, block)) == creator
    }
}
