/// Which errors carry in which complexity classes, for one pass over one colour.
///
/// In 22 bytes, bits least significant first: for each of eight segments the end bucket (7 bits), the lower bin + 32 (6 bits) and the
/// upper bin + 32 (6 bits), 0 for "no bin"; then the number of embedded bytes (24 bits). Unused segments are empty.
struct PassParameters: Equatable {
    static let maximumSegmentCount = 8
    static let byteCount = ParameterBlock.detailByteCount
    static let binLimit = 31
    static let maximumEmbeddedByteCount = (1 << 24) - 1

    /// Buckets from the previous segment's end up to `endBucket` use these bins.
    struct Segment: Equatable {
        var endBucket: Int
        /// Errors here carry by moving down, errors below move down; nil: nothing moves down.
        var lowerBin: Int?
        /// Errors here carry by moving up, errors above move up; nil: nothing moves up.
        var upperBin: Int?
    }

    var segments: [Segment]
    var embeddedByteCount: Int

    init(segments: [Segment], embeddedByteCount: Int) {
        self.segments = segments
        self.embeddedByteCount = embeddedByteCount
    }

    var bytes: [UInt8] {
        var writer = BitWriter()
        for index in 0..<Self.maximumSegmentCount {
            let segment = index < segments.count ? segments[index] : Segment(endBucket: 0)
            writer.append(UInt64(segment.endBucket), count: 7)
            for bin in [segment.lowerBin, segment.upperBin] { writer.append(UInt64((bin ?? -32) + 32), count: 6) }
        }
        writer.append(UInt64(embeddedByteCount), count: 24)
        return writer.bytes
    }

    /// - Returns: nil if the bytes are no parameters that could have been written.
    init?(bytes: [UInt8]) {
        var reader = BitReader(bytes)
        var segments: [Segment] = []
        for _ in 0..<Self.maximumSegmentCount {
            guard let end = reader.value(bitCount: 7), let lower = reader.value(bitCount: 6), let upper = reader.value(bitCount: 6)
            else { return nil }
            guard end <= RhombusKernel.bucketCount else { return nil }
            let segment = Segment(
                endBucket: Int(end), lowerBin: lower == 0 ? nil : Int(lower) - 32, upperBin: upper == 0 ? nil : Int(upper) - 32)
            if let lower = segment.lowerBin, let upper = segment.upperBin, lower >= upper { return nil }
            segments.append(segment)
        }
        guard let count = reader.value(bitCount: 24) else { return nil }
        self.segments = segments.filter { $0.endBucket > 0 }
        embeddedByteCount = Int(count)
    }
}

extension PassParameters.Segment {
    init(endBucket: Int) {
        self.init(endBucket: endBucket, lowerBin: nil, upperBin: nil)
    }
}
