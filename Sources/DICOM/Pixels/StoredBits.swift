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

    /// Samples from a codec in the form that ``areCanonical(_:_:)`` describes for their precision, in the data set's allocated bits.
    ///
    /// Codestreams may disagree with Pixel Representation, and JPEG knows no signs at all: then the data set is right.
    static func canonical(_ bytes: [UInt8], precision: Int, in description: PixelDescription) -> [UInt8] {
        let container = precision <= 8 ? 8 : precision <= 16 ? 16 : 32
        var samples = bytes
        if precision < container {
            switch container {
            case 8: extendSigns(&samples, UInt8.self, precision: precision, isSigned: description.isSigned)
            case 16: extendSigns(&samples, UInt16.self, precision: precision, isSigned: description.isSigned)
            default: extendSigns(&samples, UInt32.self, precision: precision, isSigned: description.isSigned)
            }
        }
        return container < description.bitsAllocated ? widened(samples, from: container / 8, to: description) : samples
    }

    private static func extendSigns<Sample: FixedWidthInteger & UnsignedInteger>(
        _ bytes: inout [UInt8], _: Sample.Type, precision: Int, isSigned: Bool
    ) {
        let mask = ~(~0 << Sample(precision)) as Sample
        let sign: Sample = isSigned ? 1 << Sample(precision - 1) : 0
        bytes.withUnsafeMutableBytes { raw in
            for start in stride(from: 0, to: raw.count - raw.count % MemoryLayout<Sample>.size, by: MemoryLayout<Sample>.size) {
                let stored = Sample(littleEndian: raw.loadUnaligned(fromByteOffset: start, as: Sample.self)) & mask
                raw.storeBytes(of: ((stored ^ sign) &- sign).littleEndian, toByteOffset: start, as: Sample.self)
            }
        }
    }

    private static func widened(_ bytes: [UInt8], from narrow: Int, to description: PixelDescription) -> [UInt8] {
        let wide = description.bitsAllocated / 8
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count / narrow * wide)
        for start in stride(from: 0, to: bytes.count, by: narrow) {
            let isNegative = description.isSigned && bytes[start + narrow - 1] & 0x80 != 0
            result += bytes[start..<start + narrow]
            for _ in narrow..<wide { result.append(isNegative ? 0xFF : 0) }
        }
        return result
    }
}
