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

/// Reads `dna` whose key is used again: a base becomes a base and its neighbours do not matter, so images of the four bases are a codebook.
public struct BaseCodebookAttack: Attack {
    public let model = AttackModel.chosenPlaintext
    public let summary = "images of each base alone are the codebook of every place"

    public init() {}

    public func recover(_ target: Ciphertext, with oracle: Oracle) throws(CipherError) -> Plane {
        let plane = try target.plane()
        guard plane.frames == 1 else { throw CipherError(.attackNotApplicable, "this attack takes one frame at a time") }
        let cipher = PackedSamples.pack(plane.samples, bits: plane.bits)
        let bitCount = plane.samples.count * plane.bits
        var result = [UInt8](repeating: 0, count: cipher.count)
        for base in UInt8(0)..<4 {
            var chosen = [UInt8](repeating: base &* 0x55, count: cipher.count)
            if bitCount % 8 != 0 { chosen[chosen.count - 1] &= UInt8(truncatingIfNeeded: (1 << (bitCount % 8)) - 1) }
            let image = try plane.with(samples: try PackedSamples.unpack(chosen[...], count: plane.samples.count, bits: plane.bits))
            let answer = PackedSamples.pack(try oracle.encrypt(image).plane().samples, bits: plane.bits)
            for index in cipher.indices {
                for shift: UInt8 in [0, 2, 4, 6] where (cipher[index] ^ answer[index]) >> shift & 3 == 0 {
                    result[index] |= chosen[index] & 3 << shift
                }
            }
        }
        return try plane.with(samples: try PackedSamples.unpack(result[...], count: plane.samples.count, bits: plane.bits))
    }
}

/// Reads `triangular-propeller`: the ciphertext of a black image gives the masks, differences of neighbours undo the sum, and a
/// permutation is left.
public struct AffineChainAttack: Attack {
    public let model = AttackModel.chosenPlaintext
    public let summary = "a black image gives the masks; images whose samples number the places give the map"

    public init() {}

    public func recover(_ target: Ciphertext, with oracle: Oracle) throws(CipherError) -> Plane {
        let plane = try target.plane()
        guard plane.frames == 1 else { throw CipherError(.attackNotApplicable, "this attack takes one frame at a time") }
        let black = try plane.with(samples: [UInt16](repeating: 0, count: plane.samples.count))
        let masks = try oracle.encrypt(black).plane().samples
        let mask = plane.mask
        func strip(_ samples: [UInt16]) -> [UInt16] {
            var difference = zip(samples, masks).map { ($0 &- $1) & mask }
            ChainedAddition.undoForward(&difference, mask: mask) { _ in 0 }
            return difference
        }
        let source = try PermutationAttack.source(plane, oracle) { strip($0) }
        return try PermutationAttack.apply(source, to: try plane.with(samples: strip(plane.samples)))
    }
}
