/// What stands in the pixels of one block, after which the block proves itself.
struct BlockFrame: Equatable, Sendable {
    /// The first byte of every frame.
    static let sign: UInt8 = 0x56

    /// The most shares of a block: point numbers have 5 bits for them.
    static let mostShares = 31

    /// Bytes beside the shares: sign, count, place (2), image (4), tag (4).
    static let headerByteCount = 8
    static let tagByteCount = 4

    let index: Int
    let identifier: ImageIdentifier
    let shares: [ShareWord]

    /// Bytes of a frame with so many shares.
    static func byteCount(shares: Int) -> Int { headerByteCount + tagByteCount + ShareWord.byteCount * shares }

    /// Its bits.
    static func bitCount(shares: Int) -> Int { 8 * byteCount(shares: shares) }

    var header: [UInt8] {
        [Self.sign, UInt8(shares.count), UInt8(truncatingIfNeeded: index >> 8), UInt8(truncatingIfNeeded: index)] + identifier.bytes
    }

    /// The frame's bits, the highest of each byte first.
    ///
    /// - Parameter samples: the block as it is without its mark.
    func bits(over samples: BlockSamples) -> [UInt8] {
        let content = shares.flatMap(\.bytes)
        return Self.bits(header + content + Self.tag(header, content, samples))
    }

    /// SHA-256 over header, shares and restored samples, cut to 32 bits.
    static func tag(_ header: [UInt8], _ shares: [UInt8], _ samples: BlockSamples) -> [UInt8] {
        var digest = LengthPrefixedDigest(domain: "blk")
        digest.append(header)
        digest.append(shares)
        samples.append(to: &digest)
        return digest.finish(tagByteCount)
    }

    static func bits(_ bytes: [UInt8]) -> [UInt8] {
        var bits: [UInt8] = []
        bits.reserveCapacity(bytes.count * 8)
        for byte in bytes { for shift in stride(from: 7, through: 0, by: -1) { bits.append(byte >> UInt8(shift) & 1) } }
        return bits
    }
}
