/// A plane as bytes: its shape, then its samples (``PackedSamples``).
///
/// | bytes | content, little endian |
/// | ----- | ---- |
/// | 1     | version, 1 |
/// | 4     | width |
/// | 4     | height |
/// | 4     | frames |
/// | 1     | channels |
/// | 1     | bits in the low seven bits, the highest bit set for signed samples |
public enum PlaneCoding {
    static let headerByteCount = 15

    public static func encode(_ plane: Plane) -> [UInt8] {
        header(of: plane) + PackedSamples.pack(plane.samples, bits: plane.bits)
    }

    /// - Throws: ``CipherError`` `malformed`, `invalidShape`.
    public static func decode(_ bytes: [UInt8]) throws(CipherError) -> Plane {
        let shape = try Shape(bytes[...])
        let samples = try PackedSamples.unpack(bytes[headerByteCount...], count: shape.sampleCount, bits: shape.bits)
        return try shape.plane(samples)
    }

    static func header(of plane: Plane) -> [UInt8] {
        var bytes: [UInt8] = [1]
        for value in [plane.width, plane.height, plane.frames] { bytes += LittleEndian.bytes(UInt32(value)) }
        return bytes + [UInt8(plane.channels), UInt8(plane.bits) | (plane.isSigned ? 0x80 : 0)]
    }

    /// The content of a header.
    struct Shape {
        let width, height, frames, channels, bits: Int
        let isSigned: Bool
        let sampleCount: Int

        /// - Throws: ``CipherError`` `malformed`, `invalidShape`.
        init(_ bytes: ArraySlice<UInt8>) throws(CipherError) {
            let bytes = Array(bytes.prefix(headerByteCount))
            guard bytes.count == headerByteCount, bytes[0] == 1 else {
                throw CipherError(.malformed, "the bytes do not begin with the shape of a plane")
            }
            func number(_ offset: Int) -> Int { Int(LittleEndian.word(bytes, at: offset)) }
            (width, height, frames) = (number(1), number(5), number(9))
            (channels, bits, isSigned) = (Int(bytes[13]), Int(bytes[14] & 0x7F), bytes[14] & 0x80 != 0)
            sampleCount = try Plane.sampleCount(width: width, height: height, channels: channels, frames: frames, bits: bits)
        }

        func plane(_ samples: [UInt16]) throws(CipherError) -> Plane {
            try Plane(
                width: width, height: height, channels: channels, frames: frames, bits: bits, isSigned: isSigned, samples: samples)
        }
    }
}

/// Numbers as bytes, the lowest first.
enum LittleEndian {
    static func bytes(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }

    /// The 32-bit number at an offset that has four bytes behind it.
    static func word(_ bytes: [UInt8], at offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
    }
}
