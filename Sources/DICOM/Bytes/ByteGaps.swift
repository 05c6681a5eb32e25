/// Places where two runs of bytes differ, collected from the stretches that stand in both, in ascending order.
struct ByteGaps {
    private struct Gap {
        let kept: Int
        let removed: Int
        /// In the target.
        let inserted: Range<Int>
    }

    private var gaps: [Gap] = []
    private var (baseEnd, targetEnd, kept) = (0, 0, 0)
    /// Of all that is put in.
    private(set) var insertedByteCount = 0

    /// Adds a stretch behind those before, without overlaps.
    mutating func add(_ copy: ByteCopy) {
        close(copy.base, copy.target)
        kept += copy.count
        (baseEnd, targetEnd) = (copy.base + copy.count, copy.target + copy.count)
    }

    /// Ends both runs.
    mutating func close(_ baseStart: Int, _ targetStart: Int) {
        guard baseStart > baseEnd || targetStart > targetEnd else { return }
        gaps.append(Gap(kept: kept, removed: baseStart - baseEnd, inserted: targetEnd..<targetStart))
        insertedByteCount += targetStart - targetEnd
        kept = 0
        (baseEnd, targetEnd) = (baseStart, targetStart)
    }

    /// - Parameter target: bytes of the target.
    func edits<Failure: Error>(_ target: (Range<Int>) throws(Failure) -> [UInt8]) throws(Failure) -> ByteEdits {
        var edits: [ByteEdits.Edit] = []
        for gap in gaps {
            edits.append(ByteEdits.Edit(kept: gap.kept, removed: gap.removed, inserted: try target(gap.inserted)))
        }
        return ByteEdits(edits)
    }
}
