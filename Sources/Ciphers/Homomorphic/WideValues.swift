/// Values of 1 … 32 bits as a string of bits, as ``PackedSamples``.
enum WideValues {
    static func byteCount(_ count: Int, bits: Int) -> Int { (count * bits + 7) / 8 }

    static func pack(_ values: [UInt32], bits: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount(values.count, bits: bits))
        var (held, count): (UInt64, UInt64) = (0, 0)
        for value in values {
            held |= UInt64(value) &<< count
            count &+= UInt64(bits)
            while count >= 8 {
                bytes.append(UInt8(truncatingIfNeeded: held))
                held &>>= 8
                count &-= 8
            }
        }
        if count > 0 { bytes.append(UInt8(truncatingIfNeeded: held)) }
        return bytes
    }

    /// - Throws: ``CipherError`` `malformed` for another number of bytes, or a bit behind the last value that is not 0.
    static func unpack(_ bytes: ArraySlice<UInt8>, count: Int, bits: Int) throws(CipherError) -> [UInt32] {
        guard bytes.count == byteCount(count, bits: bits) else {
            throw CipherError(.malformed, "\(bytes.count) bytes for \(count) values of \(bits) bits")
        }
        let mask = (UInt64(1) << UInt64(bits)) - 1
        var values: [UInt32] = []
        values.reserveCapacity(count)
        var (held, available): (UInt64, UInt64) = (0, 0)
        for byte in bytes {
            held |= UInt64(byte) &<< available
            available &+= 8
            while available >= UInt64(bits), values.count < count {
                values.append(UInt32(truncatingIfNeeded: held & mask))
                held &>>= UInt64(bits)
                available &-= UInt64(bits)
            }
        }
        guard held == 0 else { throw CipherError(.malformed, "bits behind the last value") }
        return values
    }
}
