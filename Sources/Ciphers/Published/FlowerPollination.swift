import Foundation

/// Opposition-based flower pollination (Yang: Flower Pollination Algorithm for Global Optimization, 2012) that chooses a public salt.
///
/// Choosing among public salts takes nothing from the key. It gives nothing either: the histogram of any ciphertext is that of random
/// bytes, and the best of some is only the best of some.
public struct FlowerPollination: Sendable {
    /// Bytes of a ciphertext whose histogram is judged.
    static let judgedByteCount = 1 << 16
    static let globalProbability = 0.8
    static let levyExponent = 1.5

    /// Salts in a generation, 1 … 256.
    public let population: Int
    /// 0 … 1,000.
    public let generations: Int

    public init() { (population, generations) = (4, 2) }

    /// - Throws: ``CipherError`` `invalidParameter`.
    public init(population: Int, generations: Int) throws(CipherError) {
        guard (1...256).contains(population), (0...1000).contains(generations) else {
            throw CipherError(.invalidParameter, "1 to 256 salts in at most 1,000 generations")
        }
        (self.population, self.generations) = (population, generations)
    }

    /// The best salt, by the least fitness.
    func best(
        _ stream: inout PseudorandomStream, _ fitness: ([UInt8]) throws(CipherError) -> Double
    ) throws(CipherError) -> [UInt8] {
        try search(&stream, fitness).salt
    }

    /// The best salt, and the best fitness after the start and after every generation: it never rises.
    func search(
        _ stream: inout PseudorandomStream, _ fitness: ([UInt8]) throws(CipherError) -> Double
    ) throws(CipherError) -> (salt: [UInt8], course: [Double]) {
        var flowers: [(salt: [UInt8], fitness: Double)] = []
        for _ in 0..<population {
            let salt = try stream.bytes(BlowfishSigncryption.saltByteCount)
            // Opposition: x' = low + high − x.
            for candidate in [salt, salt.map { 255 - $0 }] { flowers.append((candidate, try fitness(candidate))) }
        }
        flowers = Array(flowers.sorted { $0.fitness < $1.fitness }.prefix(population))
        var course = [flowers[0].fitness]
        for _ in 0..<generations {
            let best = flowers[0]
            for index in flowers.indices {
                let candidate = try pollinated(flowers, index, best: best.salt, &stream)
                let fitness = try fitness(candidate)
                if fitness < flowers[index].fitness { flowers[index] = (candidate, fitness) }
            }
            flowers.sort { $0.fitness < $1.fitness }
            course.append(flowers[0].fitness)
        }
        return (flowers[0].salt, course)
    }

    private func pollinated(
        _ flowers: [(salt: [UInt8], fitness: Double)], _ index: Int, best: [UInt8], _ stream: inout PseudorandomStream
    ) throws(CipherError) -> [UInt8] {
        let salt = flowers[index].salt
        var result: [UInt8] = []
        if try Self.uniform(&stream) < Self.globalProbability {
            for (own, goal) in zip(salt, best) {
                result.append(Self.byte(Double(own) + (try Self.levyStep(&stream)) * (Double(goal) - Double(own))))
            }
        } else {
            let one = flowers[Int(try stream.next(below: UInt32(flowers.count)))].salt
            let other = flowers[Int(try stream.next(below: UInt32(flowers.count)))].salt
            let part = try Self.uniform(&stream)
            for place in salt.indices {
                result.append(Self.byte(Double(salt[place]) + part * (Double(one[place]) - Double(other[place]))))
            }
        }
        return result
    }

    /// Reflected at 0 and 255, so that every value is a byte.
    private static func byte(_ value: Double) -> UInt8 {
        guard value.isFinite else { return 0 }
        let folded = abs(value.rounded()).truncatingRemainder(dividingBy: 510)
        return UInt8(folded > 255 ? 510 - folded : folded)
    }

    private static func uniform(_ stream: inout PseudorandomStream) throws(CipherError) -> Double {
        (Double(try stream.nextWord()) + 0.5) / 4_294_967_296
    }

    private static func normal(_ stream: inout PseudorandomStream) throws(CipherError) -> Double {
        let radius = (-2 * log(try uniform(&stream))).squareRoot()
        return radius * cos(2 * Double.pi * (try uniform(&stream)))
    }

    /// Mantegna's steps for Lévy flights (1994).
    private static func levyStep(_ stream: inout PseudorandomStream) throws(CipherError) -> Double {
        let exponent = levyExponent
        let deviation = pow(
            tgamma(1 + exponent) * sin(Double.pi * exponent / 2)
                / (tgamma((1 + exponent) / 2) * exponent * pow(2, (exponent - 1) / 2)), 1 / exponent)
        return deviation * (try normal(&stream)) / pow(abs(try normal(&stream)), 1 / exponent)
    }
}

/// The distance of a histogram of bytes from a uniform one.
enum HistogramUniformity {
    /// Pearson's χ² over the 256 values.
    static func chiSquare(_ bytes: [UInt8]) -> Double {
        var histogram = [Int](repeating: 0, count: 256)
        for byte in bytes { histogram[Int(byte)] += 1 }
        let expected = Double(max(1, bytes.count)) / 256
        return histogram.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    }
}
