import Basics
import DICOM

/// Writes fragments, one a frame, with a basic offset table in front of them that is filled in at the end.
struct FragmentWriter<Store: ByteStore> {
    private let store: Store
    private let frames: Int
    /// Where the table's entries are; `nil` without a table.
    private let tableOffset: Int?
    private let start: Int
    private var offsets: [UInt8] = []

    init(behind header: [UInt8], frames: Int, hasTable: Bool, to store: Store) throws {
        let table = hasTable ? 4 * frames : 0
        try store.append(header + EncapsulatedItem.header(byteCount: table) + [UInt8](repeating: 0, count: table))
        self.store = store
        self.frames = frames
        tableOffset = hasTable ? store.byteCount - table : nil
        start = store.byteCount
    }

    mutating func append(_ codestream: [UInt8]) throws {
        let offset = store.byteCount - start
        guard tableOffset == nil || offset <= UInt32.max else {
            throw StegoError(.notReversible, "Encoding its pixels again would need \(offset) bytes.")
        }
        offsets += (0..<4).map { UInt8(truncatingIfNeeded: offset >> (8 * $0)) }
        try store.append(EncapsulatedItem.header(byteCount: codestream.count))
        try store.append(codestream)
    }

    func finish(_ behind: [UInt8]) throws {
        try store.append(EncapsulatedItem.delimiter + behind)
        if let tableOffset { try store.write(offsets, at: tableOffset) }
    }
}
