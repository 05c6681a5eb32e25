import Basics

/// `huffman-blowfish`: differences of neighbours, a canonical Huffman code, then Blowfish in counter mode.
///
/// An image that is compressed before it is enciphered has a length that tells of its content (``SizeLeakAttack``), and Blowfish has blocks of 64
/// bits.
///
/// Container: the plane's shape; then enciphered the code's lengths and the words. The lengths are pairs of a gap (symbols without a word
/// before this one, in ``LEB128``) and a length, ended by a length of 0 behind a gap of 0.
public struct HuffmanBlowfish: ImageCipher {
    static let keyByteCount = 56

    public let name = CipherName.huffmanBlowfish.rawValue
    public let strength = CipherStrength.legacy("the size tells which image it is; blocks of 64 bits repeat (Sweet32)")

    public init() {}

    public func encrypt(_ plane: Plane, key: StageKey) throws(CipherError) -> Ciphertext {
        .container(PlaneCoding.header(of: plane) + (try combine(Self.compress(plane), key)))
    }

    public func decrypt(_ ciphertext: Ciphertext, key: StageKey) throws(CipherError) -> Plane {
        let bytes = try ciphertext.container()
        let shape = try PlaneCoding.Shape(bytes[...])
        let body = try combine(Array(bytes[PlaneCoding.headerByteCount...]), key)
        return try shape.plane(try Self.decompress(body, shape))
    }

    private func combine(_ bytes: [UInt8], _ key: StageKey) throws(CipherError) -> [UInt8] {
        try LegacyCounterMode.combine(bytes, .blowfish) { key.derivedBytes("blowfish \($0)", byteCount: Self.keyByteCount) }
    }

    /// Without the shape and the cipher.
    static func compress(_ plane: Plane) -> [UInt8] {
        let residuals = residuals(plane.samples, distance: plane.channels, mask: plane.mask)
        var counts = [Int](repeating: 0, count: 1 << plane.bits)
        for residual in residuals { counts[Int(residual)] += 1 }
        let code = CanonicalHuffman(counts: counts)
        return bytes(of: code.lengths) + code.encode(residuals)
    }

    static func decompress(_ bytes: [UInt8], _ shape: PlaneCoding.Shape) throws(CipherError) -> [UInt16] {
        var rest = bytes[...]
        let code = try CanonicalHuffman(lengths: try lengths(&rest, symbolCount: 1 << shape.bits))
        guard shape.sampleCount <= 8 * rest.count else { throw CipherError(.malformed, "fewer bits than samples") }
        var samples = try code.decode(rest, count: shape.sampleCount)
        let mask = UInt16(truncatingIfNeeded: (1 << shape.bits) - 1)
        for index in shape.channels..<max(shape.channels, samples.count) {
            samples[index] = (samples[index] &+ samples[index - shape.channels]) & mask
        }
        return samples
    }

    /// Each sample less the one of the same channel before it, modulo 2^bits; the first pixel as it is.
    static func residuals(_ samples: [UInt16], distance: Int, mask: UInt16) -> [UInt16] {
        samples.indices.map { $0 < distance ? samples[$0] : (samples[$0] &- samples[$0 - distance]) & mask }
    }

    private static func bytes(of lengths: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        var gap = 0
        for length in lengths {
            if length == 0 {
                gap += 1
                continue
            }
            LEB128.append(UInt64(gap), to: &bytes)
            bytes.append(length)
            gap = 0
        }
        return bytes + [0, 0]
    }

    private static func lengths(_ rest: inout ArraySlice<UInt8>, symbolCount: Int) throws(CipherError) -> [UInt8] {
        var lengths: [UInt8] = []
        let cutOff = CipherError(.malformed, "the lengths of a code are cut off or too many")
        while true {
            // Three bytes hold the gaps between 65 536 symbols.
            guard let gap = LEB128.take(from: &rest, mostBytes: 3).map(Int.init), let length = rest.popFirst() else { throw cutOff }
            if length == 0 {
                guard gap == 0 else { throw cutOff }
                break
            }
            guard lengths.count + gap < symbolCount else { throw cutOff }
            lengths += [UInt8](repeating: 0, count: gap) + [length]
        }
        return lengths + [UInt8](repeating: 0, count: symbolCount - lengths.count)
    }
}
