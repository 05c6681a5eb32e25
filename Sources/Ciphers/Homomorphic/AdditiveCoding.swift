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
