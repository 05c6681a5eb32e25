import Foundation
import SeededRandomness

/// The difference of two ciphertexts: NPCR and UACI, with the critical values of Wu, Noonan, Agaian: NPCR and UACI Randomness Tests for
/// Image Encryption, 2011, for any number of bits.
///
/// Two encryptions of images that differ in one sample say something under fresh keys only: under one key, a stream cipher changes one
/// sample, by design.
public struct DifferenceMetrics: Hashable, Sendable {
    public let sampleCount: Int
    public let bits: Int
    /// The part of the samples that differ, 0 … 1.
    public let changedRate: Double
    /// The mean difference as a part of the largest possible, 0 … 1.
    public let averageIntensity: Double

    /// - Throws: ``CipherError`` `invalidShape` for planes of different shapes.
    public init(_ left: Plane, _ right: Plane) throws(CipherError) {
        guard left.samples.count == right.samples.count, left.bits == right.bits else {
            throw CipherError(.invalidShape, "planes of different shapes cannot be compared")
        }
        (sampleCount, bits) = (left.samples.count, left.bits)
        var (changed, total) = (0, 0)
        for (left, right) in zip(left.samples, right.samples) where left != right {
            changed += 1
            total += abs(Int(left) - Int(right))
        }
        changedRate = Double(changed) / Double(sampleCount)
        averageIntensity = Double(total) / Double(sampleCount) / Double(left.mask)
    }

    private var largest: Double { pow(2, Double(bits)) - 1 }

    /// 1 − 2^−b.
    public var expectedChangedRate: Double { 1 - pow(2, -Double(bits)) }

    /// (2^b + 1) / (3 · 2^b).
    public var expectedAverageIntensity: Double { (pow(2, Double(bits)) + 1) / (3 * pow(2, Double(bits))) }

    /// Random planes have a smaller ``changedRate`` with a probability of `alpha`: (F − z(α)√(F/N)) / (F + 1), F = 2^b − 1.
    public func criticalChangedRate(alpha: Double) -> Double {
        let z = SpecialFunctions.normalQuantile(1 - alpha)
        return (largest - z * (largest / Double(sampleCount)).squareRoot()) / (largest + 1)
    }

    /// Random planes have an ``averageIntensity`` outside this range with a probability of `alpha`: μ ± z(α/2)σ, μ = (F + 2)/(3F + 3),
    /// σ² = (F + 2)(F² + 2F + 3) / (18(F + 1)²NF).
    public func acceptedAverageIntensity(alpha: Double) -> ClosedRange<Double> {
        let f = largest
        let mean = (f + 2) / (3 * f + 3)
        let variance = (f + 2) * (f * f + 2 * f + 3) / (18 * (f + 1) * (f + 1) * Double(sampleCount) * f)
        let width = SpecialFunctions.normalQuantile(1 - alpha / 2) * variance.squareRoot()
        return mean - width...mean + width
    }

    public func passesChangedRate(alpha: Double) -> Bool { changedRate >= criticalChangedRate(alpha: alpha) }
    public func passesAverageIntensity(alpha: Double) -> Bool { acceptedAverageIntensity(alpha: alpha).contains(averageIntensity) }
}

/// The share of an image that is still exact after its ciphertext was damaged.
public enum Damage: Hashable, Sendable {
    /// One sample in so many gets a random value.
    case noise(oneIn: Int)
    /// A rectangle at the centre, of a quarter of each frame's area, is black.
    case crop

    /// The plane, damaged.
    ///
    /// - Throws: ``CipherError`` `invalidParameter`.
    public func applied(to plane: Plane, seed: UInt64) throws(CipherError) -> Plane {
        var samples = plane.samples
        switch self {
        case .noise(let oneIn):
            guard oneIn >= 1 else { throw CipherError(.invalidParameter, "one sample in at least one") }
            var generator = SplitMix64(seed: seed)
            for index in samples.indices where Int.random(in: 0..<oneIn, using: &generator) == 0 {
                samples[index] = UInt16.random(in: 0...plane.mask, using: &generator)
            }
        case .crop:
            let row = plane.width * plane.channels
            for frame in 0..<plane.frames {
                for y in plane.height / 4..<plane.height / 4 + plane.height / 2 {
                    let start = frame * plane.frameSampleCount + y * row + plane.width / 4 * plane.channels
                    for index in start..<start + plane.width / 2 * plane.channels { samples[index] = 0 }
                }
            }
        }
        return try plane.with(samples: samples)
    }
}

extension Plane {
    /// The part of the samples that are equal, 0 … 1; 0 for planes of different shapes.
    public func equalRate(_ other: Plane) -> Double {
        guard samples.count == other.samples.count, !samples.isEmpty else { return 0 }
        return Double(zip(samples, other.samples).count { $0 == $1 }) / Double(samples.count)
    }
}
