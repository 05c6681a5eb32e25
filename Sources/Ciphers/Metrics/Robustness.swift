import SeededRandomness

/// How much of an image is still exact when its ciphertext was damaged.
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
