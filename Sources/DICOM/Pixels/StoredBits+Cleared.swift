extension StoredBits {
    /// The samples with nothing in the bits that are none of theirs: zeros, and copies of the sign where it is the topmost stored bit.
    ///
    /// - Parameter bytes: native, little endian, `description.byteCount` of them.
    /// - Throws: `unsupportedTransferSyntax` for words that are no whole bytes; one-bit samples, of which eight share a byte, are fine.
    public static func cleared(_ bytes: [UInt8], _ description: PixelDescription) throws(DICOMError) -> [UInt8] {
        guard description.bitsAllocated > 1 else { return withoutBitsBehindTheLastSample(bytes, description) }
        guard description.bitsAllocated % 8 == 0 else {
            throw DICOMError(
                .unsupportedTransferSyntax, "words of \(description.bitsAllocated) bits cannot be told apart", tag: .bitsAllocated)
        }
        guard description.bitsStored < description.bitsAllocated else { return bytes }
        let width = description.bitsAllocated / 8
        let lowest = UInt64(description.highBit + 1 - description.bitsStored)
        let stored: UInt64 = (1 << UInt64(description.bitsStored) - 1) << lowest
        let sign: UInt64 = description.isSigned ? 1 << UInt64(description.highBit) : 0
        var cleared = bytes
        for start in stride(from: 0, to: bytes.count - bytes.count % width, by: width) {
            var word: UInt64 = 0
            for index in 0..<width { word |= UInt64(bytes[start + index]) << UInt64(8 * index) }
            // (x XOR s) − s repeats the sign bit s upwards.
            word = ((word & stored) ^ sign) &- sign
            for index in 0..<width { cleared[start + index] = UInt8(truncatingIfNeeded: word >> UInt64(8 * index)) }
        }
        return cleared
    }

    /// Samples fill bytes from the least significant bit on, frames one behind the other (PS3.5 §8.1.1).
    private static func withoutBitsBehindTheLastSample(_ bytes: [UInt8], _ description: PixelDescription) -> [UInt8] {
        let samples = description.sampleCountOfFrame * description.frames
        guard samples % 8 != 0, samples / 8 < bytes.count else { return bytes }
        var cleared = bytes
        cleared[samples / 8] &= 1 << UInt8(samples % 8) - 1
        return cleared
    }
}
