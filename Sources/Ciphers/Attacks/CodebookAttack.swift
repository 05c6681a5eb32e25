/// Reads `subkey-rounds`: deciphering is affine, D(c) = D(0) + Σ c(i) · L(i), and a sample of the ciphertext changes at most nine of the image.
///
/// After Yu, Gong, Wang (2020), which broke the published scheme so. The codebook has a ciphertext for each sample: as many queries as samples,
/// so this attack is for small images.
public struct CodebookAttack: Attack {
    public static let maximumSampleCount = 1 << 14

    public let model = AttackModel.chosenCiphertext
    public let summary = "ciphertexts with one sample set are a codebook, since each changes a few samples of the image"

    public init() {}

    public func recover(_ target: Ciphertext, with oracle: Oracle) throws(CipherError) -> Plane {
        let plane = try target.plane()
        guard plane.frames == 1, plane.samples.count <= Self.maximumSampleCount else {
            throw CipherError(.attackNotApplicable, "this attack takes one frame of at most \(Self.maximumSampleCount) samples")
        }
        let black = try plane.black()
        let base = try oracle.decrypt(.plane(black)).samples
        var result = base
        var unit = black.samples
        for place in unit.indices {
            unit[place] = 1
            let answer = try oracle.decrypt(.plane(try plane.with(samples: unit))).samples
            unit[place] = 0
            for (index, sample) in answer.enumerated() where sample != base[index] {
                result[index] &+= plane.samples[place] &* (sample &- base[index])
            }
        }
        return try plane.with(samples: result.map { $0 & plane.mask })
    }
}
