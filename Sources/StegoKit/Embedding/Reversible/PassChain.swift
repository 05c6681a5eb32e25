/// The passes of one embedding: how each depends on the one before.
struct PassChain {
    let excluded: ExcludedSamples
    let key: InstanceKey
    let salt: UInt8
    let runs: LevelRuns

    init(excluded: ExcludedSamples, key: InstanceKey, salt: UInt8, shift: Int, geometry: SamplePlanes) {
        self.excluded = excluded
        self.key = key
        self.salt = salt
        runs = LevelRuns(bitsStored: geometry.bitsStored, forbiddenLevels: geometry.forbiddenLevels, shift: shift)
    }

    /// Bytes that a pass embeds before flags and payload: the reserved samples' bits, or the parameters of the pass before.
    static func prefixByteCount(pass: Int) -> Int {
        pass == 0 ? ParameterBlock.byteCount : PassParameters.byteCount
    }

    func sweep(pass: Int, board: Checkerboard) -> ColourSweep {
        ColourSweep(colour: pass % 2, excluded: excluded, board: board, runs: runs)
    }

    func enciphered(_ bytes: [UInt8], pass: Int) -> [UInt8] {
        EmbeddingKeyStream.pass(index: pass, salt: salt).combined(bytes, key: key)
    }

    /// Takes out all passes, last first. The payload is what the passes carry behind prefix and flags, together.
    func undo(
        passCount: Int, last: PassParameters, board: inout Checkerboard
    ) throws(EmbeddingError) -> (payload: [UInt8], reservedBits: [UInt8]) {
        var parts: [ArraySlice<UInt8>] = []
        var parameters = last
        for pass in (0..<passCount).reversed() {
            let sweep = sweep(pass: pass, board: board)
            let extractor = try PassExtractor(parameters, sweep: sweep, board: &board, runs: runs)
            let bytes = enciphered(extractor.bytes, pass: pass)
            let prefixByteCount = Self.prefixByteCount(pass: pass)
            guard bytes.count >= prefixByteCount, let (flagBytes, part) = RecordReader.splitCounted(bytes[prefixByteCount...]),
                let flags = CodedFlags.decode(flagBytes, count: extractor.ambiguous.count)
            else { throw .damaged("pass \(pass) is cut short") }
            try PassExtractor.resolve(extractor.ambiguous, flags: flags, colour: sweep.colour, board: &board, runs: runs)
            parts.append(part)
            let prefix = Array(bytes[..<prefixByteCount])
            guard pass > 0 else { return (parts.reversed().flatMap { $0 }, prefix) }
            guard let previous = PassParameters(bytes: prefix) else { throw .damaged("the parameters of pass \(pass - 1)") }
            parameters = previous
        }
        throw .damaged("no passes")
    }
}

/// The errors that carry in each complexity class, for one pass over one colour.
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
