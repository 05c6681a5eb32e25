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
