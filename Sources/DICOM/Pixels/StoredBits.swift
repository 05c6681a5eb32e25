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

/// The order of the bytes of native pixel data in a file, compared with that of Explicit VR Little Endian.
///
/// Big-endian `OW` is made of 16-bit words whatever the samples are (PS3.5 §7.3, §8.1.1), so an odd number of single bytes ends in a word
/// whose other half is padding and comes first.
public struct NativePixelOrder: Hashable, Sendable {
    /// Bytes that stand in reverse order: 1 (nothing is reversed), 2, 4 or 8.
    public let unitSize: Int
    /// The byte that fills the last word, where the words are reversed and the samples do not fill them.
    public let padding: UInt8?

    public static let littleEndian = NativePixelOrder(unitSize: 1, padding: nil)

    public init(unitSize: Int, padding: UInt8?) {
        self.unitSize = unitSize
        self.padding = padding
    }

    /// Native little-endian bytes from those of a file. With padding, the last byte of the result is not there.
    public func native(_ stored: ArraySlice<UInt8>) -> [UInt8] {
        guard unitSize > 1 else { return Array(stored) }
        let swapped = ByteOrder.swapped(stored, unitSize: unitSize)
        return padding == nil ? swapped : swapped.dropLast()
    }

    /// The reverse of ``native(_:)``: what ``DICOMFile/pixelDataRange`` held.
    public func stored(_ native: [UInt8]) -> [UInt8] {
        guard unitSize > 1 else { return native }
        return ByteOrder.swapped((padding.map { native + [$0] } ?? native)[...], unitSize: unitSize)
    }
}
