import DICOM

extension ByteWriter {
    /// The places first, then all bytes that are put in: bytes of one kind compress better together.
    mutating func put(_ edits: ByteEdits) {
        put(number: edits.edits.count)
        for edit in edits.edits {
            put(number: edit.kept)
            put(number: edit.removed)
            put(number: edit.inserted.count)
        }
        for edit in edits.edits { put(fixed: edit.inserted) }
    }
}

extension ByteReader {
    mutating func edits() throws(Malformed) -> ByteEdits {
        var edits: [ByteEdits.Edit] = []
        var counts: [Int] = []
        for _ in 0..<(try number()) {
            edits.append(ByteEdits.Edit(kept: try number(), removed: try number(), inserted: []))
            counts.append(try number())
        }
        for (index, count) in counts.enumerated() { edits[index].inserted = try fixed(count) }
        return ByteEdits(edits)
    }
}
