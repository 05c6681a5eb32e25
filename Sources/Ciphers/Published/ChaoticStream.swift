/// `chaotic-stream`: c = p XOR the numbers of a chaotic map, and XOR a key stream of AES-256-CTR unless it is as published.
public struct ChaoticStream: FrameCipher {
    public enum Variant: Hashable, Sendable {
        /// The map alone, seeded once: the literature's key stream.
        case published
        /// The map is perturbed by AES-256-CTR, and its numbers are combined with a key stream of AES-256-CTR.
        case strengthened
    }

    public let name = CipherName.chaoticStream.rawValue
    public var strength: CipherStrength {
        variant == .strengthened ? .sound : .legacy("one known image gives the key stream; a finite state runs into a cycle")
    }
    public let variant: Variant
    public let map: ChaoticMap

    public init(_ variant: Variant = .strengthened, map: ChaoticMap = .logistic) {
        self.variant = variant
        self.map = map
    }

    func encrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError) {
        let mask = UInt32(frame.mask)
        switch variant {
        case .published:
            var stream = try PseudorandomStream(key, "chaos")
            var orbit = ChaoticOrbit(map, seed: try stream.nextDoubleWord())
            for index in frame.samples.indices { frame.samples[index] ^= UInt16(truncatingIfNeeded: orbit.next() & mask) }
        case .strengthened:
            var orbit = try PerturbedOrbit(map, key)
            for index in frame.samples.indices { frame.samples[index] ^= UInt16(truncatingIfNeeded: try orbit.next() & mask) }
            var stream = try PseudorandomStream(key, "mask")
            let bytes = try stream.bytes(PackedSamples.byteCount(samples: frame.samples.count, bits: frame.bits))
            PackedSamples.combine(&frame.samples, bits: frame.bits, with: bytes)
        }
    }

    func decrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError) { try encrypt(&frame, key: key) }
}
