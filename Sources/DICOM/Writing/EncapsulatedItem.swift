/// The pieces of an encapsulated value that is written frame by frame (PS3.5 §A.4).
public enum EncapsulatedItem {
    /// What stands in front of a fragment, or of a basic offset table.
    public static func header(byteCount: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendItem(.item, length: byteCount)
        return bytes
    }

    /// What ends the value.
    public static var delimiter: [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendItem(.sequenceDelimitationItem, length: 0)
        return bytes
    }
}
