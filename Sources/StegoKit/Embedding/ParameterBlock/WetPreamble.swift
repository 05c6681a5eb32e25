/// A parameter block on wet paper, and behind it the mask of what later samples the extractor has to pass over, if any.
///
/// The block's samples are the first ones on the keyed path, so many that the region of interest may take most of them; those of the
/// mask's description follow. Neither side needs to know the region to read them.
struct WetPreamble {
    let block: ParameterBlock
    let mask: RegionMask?
    /// Those of the block, then those of the mask.
    let samples: [CarrierSample]
    /// Where the path goes on.
    let nextStep: Int

    /// How many samples the block is spread over: an eighth of the carrier, between 1024 and 16 384.
    static func blockSampleCount(_ carrier: CarrierPlanes) -> Int { min(max(carrier.sampleCount / 8, 1_024), 16_384) }

    /// - Throws: ``EmbeddingError``: `nothingFound`, `unsupported`, `damaged`.
    static func read(
        from planes: SamplePlanes, carrier: CarrierPlanes, path: KeyedPermutation, key: InstanceKey
    ) throws(EmbeddingError) -> WetPreamble {
        var walk = CarrierWalk(planes: planes, carrier: carrier, path: path, start: 0)
        let blockSamples = WetPaperSamples(samples: walk.next(blockSampleCount(carrier), in: planes))
        let block = try readBlock(blockSamples, from: planes, key: key)
        let placement = MaskPlacement(detail: block.detail)
        guard placement.byteCount > 0 else {
            return WetPreamble(block: block, mask: nil, samples: blockSamples.samples, nextStep: walk.step)
        }
        let maskSamples = WetPaperSamples(samples: walk.next(placement.sampleCount, in: planes))
        guard maskSamples.samples.count == placement.sampleCount,
            let enciphered = maskSamples.read(byteCount: placement.byteCount, from: planes),
            let mask = RegionMask(
                encoded: EmbeddingKeyStream.regionMask.combined(enciphered, key: key), rows: planes.rows, columns: planes.columns)
        else { throw .damaged("the description of the region that was left alone") }
        return WetPreamble(block: block, mask: mask, samples: blockSamples.samples + maskSamples.samples, nextStep: walk.step)
    }

    /// The block at whichever beginning its check is right.
    private static func readBlock(
        _ samples: WetPaperSamples, from planes: SamplePlanes, key: InstanceKey
    ) throws(EmbeddingError) -> ParameterBlock {
        for rotation in 0..<WetPaperSamples.rotationCount {
            guard let sealed = samples.rotated(rotation).read(byteCount: ParameterBlock.byteCount, from: planes) else { break }
            do {
                return try ParameterBlock(sealed: sealed, version: .wetPaper, key: key, geometry: planes)
            } catch {
                guard error.code == .nothingFound else { throw error }
            }
        }
        throw .nothingFound
    }
}

/// The place of a mask's description: the first five bytes of the details of a block on wet paper.
struct MaskPlacement: Equatable {
    static let byteCount = 5

    /// Of the description; 0 without a mask.
    var byteCount = 0
    /// Samples that it is spread over.
    var sampleCount = 0

    static let largestByteCount = 0xFFFF
    static let largestSampleCount = 0xFF_FFFF

    init(byteCount: Int = 0, sampleCount: Int = 0) {
        self.byteCount = byteCount
        self.sampleCount = sampleCount
    }

    init(detail: [UInt8]) {
        var reader = DetailReader(detail[...])
        byteCount = reader.number(2)
        sampleCount = reader.number(3)
    }

    var encoded: [UInt8] { DetailReader.bytes(byteCount, 2) + DetailReader.bytes(sampleCount, 3) }
}

/// Little-endian numbers in the details of a parameter block.
struct DetailReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// A number of some bytes; bytes that are missing count as zeros.
    mutating func number(_ byteCount: Int) -> Int {
        let bytes = rest.prefix(byteCount)
        rest = rest.dropFirst(byteCount)
        return bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    static func bytes(_ number: Int, _ byteCount: Int) -> [UInt8] {
        (0..<byteCount).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
}

/// Keyed samples that hold a few bytes although some of them must not change, without the reader knowing which: writing on wet paper
/// [Fridrich, Goljan, Lisoněk & Soukal 2005], by a syndrome-trellis code over the samples' last bits.
struct WetPaperSamples {
    private static let constraintHeight = 10

    /// In path order, from somewhere on; none is frozen.
    let samples: [CarrierSample]

    /// How many places there are to begin at (``rotated(_:)``).
    static let rotationCount = 8

    /// The same samples, begun at another place. Where many samples must stay, a code may find no solution, most likely in its first few
    /// samples, which have to hold their bits without help from others: another beginning gives another chance.
    ///
    /// - Parameter rotation: 0 ..< ``rotationCount``.
    func rotated(_ rotation: Int) -> WetPaperSamples {
        let start = samples.count * rotation / Self.rotationCount
        return WetPaperSamples(samples: Array(samples[start...] + samples[..<start]))
    }

    /// The bytes that they hold.
    ///
    /// - Returns: nil if there are fewer samples than bits.
    func read(byteCount: Int, from planes: SamplePlanes) -> [UInt8]? {
        let code = try? SyndromeTrellisCode(constraintHeight: Self.constraintHeight)
        return (try? code?.extract(bitCount: byteCount * 8, from: lastBits(in: planes))).map(Bits.packed)
    }

    /// The samples whose last bits have to flip so that they hold these bytes.
    ///
    /// - Parameter costs: of changing each sample; infinity for one that must stay.
    /// - Returns: ordinals, ascending; nil if too many samples must stay.
    func flips(toHold bytes: [UInt8], in planes: SamplePlanes, costs: [Float]) -> [Int]? {
        let cover = lastBits(in: planes)
        guard let code = try? SyndromeTrellisCode(constraintHeight: Self.constraintHeight),
            let embedding = try? code.embed(Bits.unpacked(bytes), into: cover, costs: costs)
        else { return nil }
        return cover.indices.filter { cover[$0] != embedding.stego[$0] }
    }

    private func lastBits(in planes: SamplePlanes) -> [UInt8] {
        samples.map { UInt8(planes.planes[$0.plane][$0.index] & 1) }
    }
}
