import Marks

extension MarkElement {
    /// What a body says of content records: its frame's, or all of them where one body is of the whole file.
    static func bound(_ records: [[UInt8]], frame: Int?) -> [UInt8] {
        guard !records.isEmpty else { return [UInt8](repeating: 0, count: 8) }
        guard let frame else { return ContentRecord.bound(joined(records)) }
        return records.indices.contains(frame) ? ContentRecord.bound(records[frame]) : [UInt8](repeating: 0, count: 8)
    }

    /// The content record of a frame, if its digest is the one that the frame's body has signed.
    func record(of frame: Int, _ binding: MarkBinding) -> ContentRecord? {
        guard records.indices.contains(frame) else { return nil }
        let bound = Self.bound(records, frame: binding.layout.hasBlocks ? frame : nil)
        guard bound == binding.contentRecordDigest else { return nil }
        return try? ContentRecord(bytes: records[frame])
    }
}
