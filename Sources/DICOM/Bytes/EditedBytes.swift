/// Applies edits to bytes that come piece by piece.
public struct EditedBytes {
    private let edits: [ByteEdits.Edit]
    private var next = 0
    /// What is left to take over, then to leave out, of the next edit.
    private var (kept, removed) = (0, 0)

    public init(_ edits: ByteEdits) {
        self.edits = edits.edits
        begin()
    }

    private mutating func begin() {
        guard next < edits.count else { return }
        (kept, removed) = (edits[next].kept, edits[next].removed)
    }

    /// What the next bytes become; what is put in at a place comes with the byte before it, or with the first.
    public mutating func append(_ bytes: [UInt8]) -> [UInt8] {
        guard next < edits.count else { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var position = 0
        while next < edits.count {
            let taken = min(kept, bytes.count - position)
            result += bytes[position..<position + taken]
            kept -= taken
            position += taken
            let skipped = kept == 0 ? min(removed, bytes.count - position) : 0
            removed -= skipped
            position += skipped
            guard kept == 0, removed == 0 else { return result }
            result += edits[next].inserted
            next += 1
            begin()
        }
        return result + bytes[position...]
    }

    /// Passes over the next bytes, of which somebody has what they become.
    ///
    /// - Returns: how many bytes they become.
    public mutating func skip(_ count: Int) -> Int {
        var (produced, position) = (0, 0)
        while next < edits.count {
            let taken = min(kept, count - position)
            (produced, kept, position) = (produced + taken, kept - taken, position + taken)
            let skipped = kept == 0 ? min(removed, count - position) : 0
            (removed, position) = (removed - skipped, position + skipped)
            guard kept == 0, removed == 0 else { return produced }
            produced += edits[next].inserted.count
            next += 1
            begin()
        }
        return produced + count - position
    }

    /// What is put in behind the last byte.
    ///
    /// - Returns: `nil` when there was less to take over or to leave out than the edits say.
    public mutating func finish() -> [UInt8]? {
        let rest = append([])
        return next == edits.count ? rest : nil
    }
}
