/// The edits that turn one run of bytes into another: stretches that are taken over, and between them bytes that are left out and bytes
/// that are put in.
public struct ByteEdits: Hashable, Sendable {
    /// One place where the two differ.
    public struct Edit: Hashable, Sendable {
        /// Bytes that are taken over before this place.
        public var kept: Int
        /// Bytes that are left out here.
        public var removed: Int
        /// Bytes that are put in here.
        public var inserted: [UInt8]

        public init(kept: Int, removed: Int, inserted: [UInt8]) {
            self.kept = kept
            self.removed = removed
            self.inserted = inserted
        }
    }

    /// In ascending order; what is behind the last one is taken over.
    public let edits: [Edit]

    public static let none = ByteEdits([])

    public init(_ edits: [Edit]) { self.edits = edits }

    /// Edits of bytes that are known to be the same in some stretches.
    ///
    /// - Parameter copies: ascending in both, inside of both, without overlaps.
    init(copies: [ByteCopy], from base: [UInt8], to target: ArraySlice<UInt8>) {
        var gaps = ByteGaps()
        for copy in copies { gaps.add(copy) }
        gaps.close(base.count, target.count)
        self = gaps.edits { Array(target[target.startIndex + $0.lowerBound..<target.startIndex + $0.upperBound]) }
    }

    /// Edits between two runs of the same length.
    public init(from base: [UInt8], toEquallyLong target: [UInt8]) {
        var copies: [ByteCopy] = []
        let count = min(base.count, target.count)
        var start = 0
        while start < count {
            guard base[start] == target[start] else {
                start += 1
                continue
            }
            var end = start + 1
            while end < count, base[end] == target[end] { end += 1 }
            copies.append(ByteCopy(base: start, target: start, count: end - start))
            start = end
        }
        self.init(copies: copies, from: base, to: target[...])
    }

    /// The edited bytes; nil when there is less to take over or to leave out than the edits say.
    public func applied(to base: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(base.count + edits.reduce(0) { $0 + $1.inserted.count })
        var position = 0
        for edit in edits {
            guard edit.kept >= 0, edit.kept <= base.count - position else { return nil }
            result += base[position..<position + edit.kept]
            position += edit.kept
            guard edit.removed >= 0, edit.removed <= base.count - position else { return nil }
            position += edit.removed
            result += edit.inserted
        }
        result += base[position...]
        return result
    }
}

/// A stretch of bytes that stands in two places.
struct ByteCopy: Hashable {
    var base: Int
    var target: Int
    var count: Int
}

/// Applies edits to bytes that come piece by piece.
public struct EditedBytes {
    private let edits: [ByteEdits.Edit]
    private var next = 0
    /// The bytes of the next edit that are left to take over, and those that are left to leave out.
    private var (kept, removed) = (0, 0)

    public init(_ edits: ByteEdits) {
        self.edits = edits.edits
        begin()
    }

    private mutating func begin() {
        guard next < edits.count else { return }
        (kept, removed) = (edits[next].kept, edits[next].removed)
    }

    /// The edited form of the next bytes; bytes that are put in at a place come with the byte before it, or with the first.
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

    /// The bytes that are put in behind the last byte.
    ///
    /// - Returns: `nil` when there was less to take over or to leave out than the edits say.
    public mutating func finish() -> [UInt8]? {
        let rest = append([])
        return next == edits.count ? rest : nil
    }
}

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
