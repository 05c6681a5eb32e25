/// Reads the frames of blocks. One reader is made for a worker; its buffers are used again for each block.
struct BlockReader {
    /// What a block says of itself.
    struct Reading: Sendable {
        let frame: BlockFrame
        let mode: ExpansionMode
    }

    private var scan = CarrierScan()
    private var restored = BlockSamples()

    /// The frame of a block that proves itself: its tag fits the samples that are there once it is taken off.
    ///
    /// The reader knows nothing of the block: it tries the 95 modes whose first byte is a frame's. A wrong one passes once in 2³⁵.
    /// - Returns: `nil` where no mode gives a frame.
    mutating func read(_ image: MarkImage, _ area: BlockArea) -> Reading? {
        let plane = image.carrier
        scan.fill(plane, area)
        for mode in scan.modes(beginningWith: BlockFrame.sign, in: plane.samples) {
            if let frame = frame(mode, image, area) { return Reading(frame: frame, mode: mode) }
        }
        return nil
    }

    private mutating func frame(_ mode: ExpansionMode, _ image: MarkImage, _ area: BlockArea) -> BlockFrame? {
        let samples = image.carrier.samples
        let headerBits = scan.bits(8 * BlockFrame.headerByteCount, in: samples, mode)
        let header = BlockFrame.bytes(headerBits[...])
        guard header.count == BlockFrame.headerByteCount, (1...BlockFrame.mostShares).contains(Int(header[1])) else { return nil }
        let bitCount = BlockFrame.bitCount(shares: Int(header[1]))
        let bits = scan.bits(bitCount, in: samples, mode)
        guard bits.count == bitCount, let identifier = ImageIdentifier(bytes: header[4...]) else { return nil }
        let content = BlockFrame.bytes(bits[headerBits.count...])
        let shares = Array(content.dropLast(BlockFrame.tagByteCount))
        restored.fill(image, area)
        restored.undo(scan, mode, carrier: image.carrierIndex)
        guard BlockFrame.tag(header, shares, restored) == content.suffix(BlockFrame.tagByteCount) else { return nil }
        let words = stride(from: 0, to: shares.count, by: ShareWord.byteCount).map { ShareWord(shares[$0..<$0 + ShareWord.byteCount]) }
        return BlockFrame(index: Int(header[2]) << 8 | Int(header[3]), identifier: identifier, shares: words)
    }
}
