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
