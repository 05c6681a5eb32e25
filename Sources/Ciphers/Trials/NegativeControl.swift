/// Ciphers that pass statistics of ciphertexts and protect nothing. They are no choice for any user: measurements show them beside the
/// others, since statistics are not security.
public enum NegativeControl: String, CaseIterable, Hashable, ImageCipher {
    /// XOR with one stream that is the same for every image and every key.
    case fixedStream = "fixed-stream"
    /// The samples in an order that depends on the key, and nothing else.
    case permutationOnly = "permutation-only"
    /// Sums along the samples, without any key.
    case additiveChain = "additive-chain"

    public var name: String { rawValue }

    public var strength: CipherStrength { .legacy("a negative control: it passes statistics and protects nothing") }

    public func encrypt(_ plane: Plane, key: StageKey) throws(CipherError) -> Ciphertext {
        .plane(try transform(plane, key, isInverse: false))
    }

    public func decrypt(_ ciphertext: Ciphertext, key: StageKey) throws(CipherError) -> Plane {
        try transform(try ciphertext.plane(), key, isInverse: true)
    }

    private func transform(_ plane: Plane, _ key: StageKey, isInverse: Bool) throws(CipherError) -> Plane {
        var plane = plane
        switch self {
        case .fixedStream:
            var stream = try PseudorandomStream(try StageKey(bytes: [UInt8](repeating: 0, count: StageKey.byteCount)), "fixed")
            let masks = try stream.masks(plane.samples.count, bits: plane.bits)
            for index in masks.indices { plane.samples[index] ^= masks[index] }
        case .permutationOnly:
            var stream = try PseudorandomStream(key, "permutation")
            if isInverse {
                try FisherYatesShuffle.unshuffle(&plane.samples, with: &stream)
            } else {
                try FisherYatesShuffle.shuffle(&plane.samples, with: &stream)
            }
        case .additiveChain:
            if isInverse {
                ChainedAddition.undoForward(&plane.samples, mask: plane.mask) { _ in 0 }
            } else {
                ChainedAddition.forward(&plane.samples, mask: plane.mask) { _ in 0 }
            }
        }
        return plane
    }
}
