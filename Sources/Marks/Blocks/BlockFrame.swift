/// The frame of bits in the pixels of one block, by which the block proves itself.
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

/// Reads the frames of blocks. One reader is made for a worker; its buffers are used again for each block.
struct BlockReader {
    /// A block's statements about itself.
    struct Reading: Sendable {
        let frame: BlockFrame
        let mode: ExpansionMode
        /// Whether the samples behind the frame are as the writer has left them.
        let hasFill: Bool
    }

    private var scan = CarrierScan()
    /// The samples of the block that was read last, without its mark if it has proven itself.
    private(set) var restored = BlockSamples()

    /// The frame of a block that proves itself: its tag fits the samples that are there once it is taken off.
    ///
    /// The reader knows nothing of the block: it tries the 95 modes whose first byte is a frame's. A wrong one passes once in 2³⁵.
    /// - Returns: `nil` where no mode gives a frame.
    mutating func read(_ image: MarkImage, _ area: BlockArea) -> Reading? {
        let plane = image.carrier
        scan.fill(plane, area)
        for mode in scan.modes(beginningWith: BlockFrame.sign, in: plane.samples) {
            if let reading = reading(mode, image, area) { return reading }
        }
        return nil
    }

    private mutating func reading(_ mode: ExpansionMode, _ image: MarkImage, _ area: BlockArea) -> Reading? {
        let samples = image.carrier.samples
        // Most modes that begin with the sign are none: they are let go by the second byte.
        guard let start = scan.bytes(2, in: samples, mode)?.bytes, (1...BlockFrame.mostShares).contains(Int(start[1])),
            let (frame, end) = scan.bytes(BlockFrame.byteCount(shares: Int(start[1])), in: samples, mode),
            let identifier = ImageIdentifier(bytes: frame[4..<BlockFrame.headerByteCount])
        else { return nil }
        let header = Array(frame.prefix(BlockFrame.headerByteCount))
        let shares = Array(frame.dropFirst(BlockFrame.headerByteCount).dropLast(BlockFrame.tagByteCount))
        restored.fill(image, area)
        restored.undo(scan, mode, carrier: image.carrierIndex)
        guard BlockFrame.tag(header, shares, restored) == frame.suffix(BlockFrame.tagByteCount) else { return nil }
        let words = stride(from: 0, to: shares.count, by: ShareWord.byteCount).map { ShareWord(shares[$0..<$0 + ShareWord.byteCount]) }
        return Reading(
            frame: BlockFrame(index: Int(header[2]) << 8 | Int(header[3]), identifier: identifier, shares: words), mode: mode,
            hasFill: scan.hasFill(from: end, in: samples, mode))
    }
}
