/// An enciphered frame, or a sum of such frames, as bytes, for the way to a server and back.
///
/// | bytes | content, little endian |
/// | ----- | ---- |
/// | 15    | the shape of one frame (``PlaneCoding``) |
/// | 4     | summands |
/// | 4     | number of terms |
/// | 8 each | a term: frame, then coefficient as a signed number |
/// | rest  | the values (``WideValues``) |
public enum AdditiveCoding {
    public static func encode(_ frame: AdditiveFrame) -> [UInt8] {
        var bytes: [UInt8] = [1]
        for value in [frame.width, frame.height, 1] { bytes += LittleEndian.bytes(UInt32(value)) }
        bytes += [UInt8(frame.channels), UInt8(frame.bits) | (frame.isSigned ? 0x80 : 0)]
        bytes += LittleEndian.bytes(UInt32(frame.summands)) + LittleEndian.bytes(UInt32(frame.terms.count))
        for term in frame.terms {
            bytes += LittleEndian.bytes(UInt32(term.frame)) + LittleEndian.bytes(Int32(term.coefficient))
        }
        return bytes + WideValues.pack(frame.values, bits: frame.valueBits)
    }

    /// - Throws: ``CipherError`` `malformed`, `invalidShape`, `tooLong`.
    public static func decode(_ bytes: [UInt8]) throws(CipherError) -> AdditiveFrame {
        let shape = try PlaneCoding.Shape(bytes[...])
        guard shape.frames == 1, bytes.count >= 23 else { throw CipherError(.malformed, "these bytes are no enciphered frame") }
        let summands = Int(LittleEndian.word(bytes, at: 15))
        let termCount = Int(LittleEndian.word(bytes, at: 19))
        guard (1...1 << 16).contains(summands), termCount <= summands, bytes.count >= 23 + 8 * termCount else {
            throw CipherError(.malformed, "the terms of an enciphered sum are cut off or too many")
        }
        var terms: [AdditiveFrame.Term] = []
        for index in 0..<termCount {
            let frame = Int(LittleEndian.word(bytes, at: 23 + 8 * index))
            let coefficient = Int(Int32(bitPattern: LittleEndian.word(bytes, at: 27 + 8 * index)))
            guard coefficient != 0, terms.last.map({ $0.frame < frame }) ?? true else {
                throw CipherError(.malformed, "the terms of an enciphered sum are not in order")
            }
            terms.append(AdditiveFrame.Term(frame: frame, coefficient: coefficient))
        }
        let empty = AdditiveFrame(
            width: shape.width, height: shape.height, channels: shape.channels, bits: shape.bits, isSigned: shape.isSigned,
            summands: summands, terms: terms, values: [])
        let values = try WideValues.unpack(bytes[(23 + 8 * termCount)...], count: shape.sampleCount, bits: empty.valueBits)
        return try AdditiveFrame(like: empty, terms: terms, values: values)
    }
}

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
