import SeededRandomness

/// Finds a permutation from chosen images, and undoes it.
///
/// ⌈log of the number of samples to the base 2^bits⌉ images whose samples are the digits of their places are enough (Li, Li, Chen, Bourbakis,
/// Chen: A general quantitative cryptanalysis of permutation-only multimedia ciphers, 2008).
public struct PermutationAttack: Attack {
    public let model = AttackModel.chosenPlaintext
    public let summary: String
    /// Whether the chosen images have the target's histogram: for ciphers whose permutation depends on it.
    public let keepsHistogram: Bool

    public init(keepsHistogram: Bool = false) {
        self.keepsHistogram = keepsHistogram
        summary =
            keepsHistogram
            ? "images with the target's histogram, which the ciphertext shows, number the places"
            : "images whose samples number the places"
    }

    public func recover(_ target: Ciphertext, with oracle: Oracle) throws(CipherError) -> Plane {
        let plane = try target.plane()
        guard plane.frames == 1 else { throw CipherError(.attackNotApplicable, "this attack takes one frame at a time") }
        let source = try keepsHistogram ? Self.sourceByHistogram(plane, oracle) : Self.source(plane, oracle) { $0 }
        return try Self.apply(source, to: plane)
    }

    /// For each place of the ciphertext, the place of the image that its sample comes from.
    ///
    /// - Parameter strip: takes everything but the permutation off the oracle's answer.
    static func source(
        _ shape: Plane, _ oracle: Oracle, strip: ([UInt16]) throws(CipherError) -> [UInt16]
    ) throws(CipherError) -> [Int] {
        let count = shape.samples.count
        var source = [Int](repeating: 0, count: count)
        var shift = 0
        while shift == 0 || (count - 1) >> shift > 0 {
            let digits = (0..<count).map { UInt16(truncatingIfNeeded: $0 >> shift) & shape.mask }
            let answer = try strip(try oracle.encrypt(try shape.with(samples: digits)).plane().samples)
            for place in 0..<count { source[place] |= Int(answer[place]) << shift }
            shift += shape.bits
        }
        return source
    }

    /// Images that are shuffles of the target's samples, until every place has another sequence of samples.
    private static func sourceByHistogram(_ plane: Plane, _ oracle: Oracle) throws(CipherError) -> [Int] {
        let count = plane.samples.count
        let sorted = plane.samples.sorted()
        guard sorted.first != sorted.last || count == 1 else {
            throw CipherError(.attackNotApplicable, "an image of one level shows no order")
        }
        var generator = SplitMix64(seed: 1)
        // Places of the image and of the ciphertext by the sequence of samples that they had: both get the same classes.
        var classes = (image: [Int](repeating: 0, count: count), cipher: [Int](repeating: 0, count: count))
        for _ in 0..<64 {
            let chosen = sorted.shuffled(using: &generator)
            let answer = try oracle.encrypt(try plane.with(samples: chosen)).plane().samples
            var numbers: [Int: Int] = [:]
            for place in 0..<count {
                let sequence = classes.image[place] << 16 | Int(chosen[place])
                classes.image[place] = numbers[sequence, default: numbers.count]
                numbers[sequence] = classes.image[place]
            }
            for place in 0..<count {
                guard let number = numbers[classes.cipher[place] << 16 | Int(answer[place])] else {
                    throw CipherError(.attackNotApplicable, "the oracle does not permute alone")
                }
                classes.cipher[place] = number
            }
            if numbers.count == count { return FisherYatesShuffle.composed(classes.cipher, byInverse: classes.image) }
        }
        throw CipherError(.attackNotApplicable, "64 images do not tell the places apart")
    }

    static func apply(_ source: [Int], to plane: Plane) throws(CipherError) -> Plane {
        var samples = plane.samples
        for (place, origin) in source.enumerated() {
            guard samples.indices.contains(origin) else { throw CipherError(.attackNotApplicable, "the oracle does not permute alone") }
            samples[origin] = plane.samples[place]
        }
        return try plane.with(samples: samples)
    }
}

extension FisherYatesShuffle {
    /// For each place of `left`, the place at which `right` has the same element; both have every number once.
    static func composed(_ left: [Int], byInverse right: [Int]) -> [Int] {
        let inverse = inverse(right)
        return left.map { inverse[$0] }
    }
}

/// Reads `chaotic-block-shuffle` of two rounds: both orders of the blocks and all masks, from as many chosen images as there are blocks.
///
/// Without masks a round is a permutation of blocks, then sums forwards and backwards, which have no key: E(p) − E(0) = S·P2·S·P1·p. For an
/// impulse at the first sample of a block that P1 moves to the place a, the inner sums make a ramp: n − max(i, a) at the place i. So in the
/// block that comes from the place i0, the first two samples differ exactly if a ≤ i0; counting over all impulses gives the order of all
/// places a and i0.
public struct BlockOrderAttack: Attack {
    public let model = AttackModel.chosenPlaintext
    public let summary = "an impulse in each block gives both orders of the blocks; a black image gives the masks"
    private let side: Int

    public init(blockSide: Int = ChaoticBlockShuffle.standardBlockSide) { side = blockSide }

    public func recover(_ target: Ciphertext, with oracle: Oracle) throws(CipherError) -> Plane {
        let plane = try target.plane()
        let grid = BlockArrangement(width: plane.width * plane.channels, height: plane.height, side: side)
        guard plane.frames == 1, grid.width % side != 1, side > 1 else {
            throw CipherError(.attackNotApplicable, "this attack takes one frame, whose blocks have at least two columns")
        }
        let black = try oracle.encrypt(try plane.black()).plane().samples
        let mask = plane.mask
        func unsummed(_ samples: [UInt16]) -> [UInt16] {
            var samples = samples
            ChainedAddition.undoBackward(&samples, mask: mask) { _ in 0 }
            ChainedAddition.undoForward(&samples, mask: mask) { _ in 0 }
            return samples
        }
        func stripped(_ samples: [UInt16]) -> [UInt16] { unsummed(zip(samples, black).map { ($0 &- $1) & mask }) }

        let origins = (0..<grid.rows).flatMap { row in (0..<grid.columns).map { grid.origin(column: $0, row: row) } }
        var isBefore = [Int](repeating: 0, count: origins.count)
        var sourcesBefore = [Int](repeating: 0, count: origins.count)
        for (block, origin) in origins.enumerated() {
            var impulse = [UInt16](repeating: 0, count: plane.samples.count)
            impulse[origin] = 1
            let answer = stripped(try oracle.encrypt(try plane.with(samples: impulse)).plane().samples)
            for (place, origin) in origins.enumerated() {
                if answer[origin] != answer[origin + 1] { isBefore[place] += 1 } else { sourcesBefore[block] += 1 }
            }
        }
        // The block at a place comes, in the second round, from the place with as many places at or before it; the first round moves a block to
        // the place with as many second-round sources before it.
        let second = isBefore.map { $0 - 1 }
        let first = sourcesBefore
        guard Set(second) == Set(origins.indices), Set(first) == Set(origins.indices) else {
            throw CipherError(.attackNotApplicable, "the oracle does not move blocks as expected")
        }
        let afterFirst = unsummed(moved(stripped(plane.samples), grid, origins) { second[$0] })
        let inverse = FisherYatesShuffle.inverse(first)
        return try plane.with(samples: moved(afterFirst, grid, origins) { inverse[$0] })
    }

    /// Moves the block at each place to the place that `target` says.
    private func moved(_ samples: [UInt16], _ grid: BlockArrangement, _ origins: [Int], _ target: (Int) -> Int) -> [UInt16] {
        var result = samples
        for block in origins.indices {
            let (from, to) = (origins[block], origins[target(block)])
            for line in 0..<grid.blockHeight(block / grid.columns) {
                for column in 0..<grid.blockWidth(block % grid.columns) {
                    result[to + line * grid.width + column] = samples[from + line * grid.width + column]
                }
            }
        }
        return result
    }
}
