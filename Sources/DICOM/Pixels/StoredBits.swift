/// Samples and the bits of them that count.
public enum StoredBits {
    /// Whether no sample uses bits beyond bits stored: zeros above an unsigned value, copies of the sign above a signed one.
    ///
    /// Codecs keep stored bits only (PS3.5 §8.2.4). Overlays in high bits, or negative values without sign extension, fail here.
    /// The high bit must be the lowest possible one (bitsStored − 1); anything else is not canonical. O(n), about 5 GB/s.
    public static func areCanonical(_ bytes: ArraySlice<UInt8>, _ description: PixelDescription) -> Bool {
        guard description.highBit == description.bitsStored - 1 else { return false }
        guard description.bitsStored < description.bitsAllocated else { return true }
        switch description.bitsAllocated {
        case 8: return allFit(bytes, UInt8.self, description)
        case 16: return allFit(bytes, UInt16.self, description)
        case 32: return allFit(bytes, UInt32.self, description)
        case 64: return allFit(bytes, UInt64.self, description)
        default: return false
        }
    }

    private static func allFit<Sample: FixedWidthInteger & UnsignedInteger>(
        _ bytes: ArraySlice<UInt8>, _: Sample.Type, _ description: PixelDescription
    ) -> Bool {
        // Adding half of the stored range moves a sign-extended value into 0 ..< 2^bitsStored, as wrapping arithmetic shows.
        let offset: Sample = description.isSigned ? 1 << Sample(description.bitsStored - 1) : 0
        let above: Sample = ~0 << Sample(description.bitsStored)
        return bytes.withUnsafeBytes { raw in
            var strayBits: Sample = 0
            for start in stride(from: 0, to: raw.count - raw.count % MemoryLayout<Sample>.size, by: MemoryLayout<Sample>.size) {
                strayBits |= (Sample(littleEndian: raw.loadUnaligned(fromByteOffset: start, as: Sample.self)) &+ offset) & above
            }
            return strayBits == 0
        }
    }

    /// Samples of a codec's container in the wider one of the data set, signs extended.
    static func widened(_ bytes: [UInt8], from container: Int, _ isSigned: Bool, to description: PixelDescription) -> [UInt8] {
        guard container < description.bitsAllocated else { return bytes }
        let narrow = container / 8
        let wide = description.bitsAllocated / 8
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count / narrow * wide)
        for start in stride(from: 0, to: bytes.count, by: narrow) {
            let isNegative = isSigned && bytes[start + narrow - 1] & 0x80 != 0
            result += bytes[start..<start + narrow]
            for _ in narrow..<wide { result.append(isNegative ? 0xFF : 0) }
        }
        return result
    }
}
