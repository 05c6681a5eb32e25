/// What turns one run of bytes into another: stretches that are taken over, and between them bytes that are left out and bytes that are
/// put in.
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
