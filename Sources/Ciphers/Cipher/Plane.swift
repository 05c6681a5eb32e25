/// The stored bits of an image's samples as unsigned numbers of `bits` bits.
///
/// Signed samples are their two's complement patterns, so that every cipher works modulo 2^bits and needs not know about signs. The sample of
/// channel c of the pixel in column x and row y of frame f is `samples[((f * height + y) * width + x) * channels + c]`.
public struct Plane: Hashable, Sendable {
    public static let maximumSampleCount = 1 << 31

    /// Columns, at least 1.
    public let width: Int
    /// Rows, at least 1.
    public let height: Int
    /// Samples of a pixel, 1 … 4.
    public let channels: Int
    /// At least 1.
    public let frames: Int
    /// Stored bits of a sample, 1 … 16.
    public let bits: Int
    /// Whether the patterns are two's complement numbers. No cipher looks at it but the additive ones, whose sums have a sign.
    public let isSigned: Bool
    /// The patterns, each below 2^bits.
    public internal(set) var samples: [UInt16]

    /// - Throws: ``CipherError`` `invalidShape`, `sampleOutOfRange`.
    public init(
        width: Int, height: Int, channels: Int = 1, frames: Int = 1, bits: Int, isSigned: Bool = false, samples: [UInt16]
    ) throws(CipherError) {
        try self.init(trusted: samples, width: width, height: height, channels: channels, frames: frames, bits: bits, isSigned: isSigned)
        let mask = mask
        guard samples.allSatisfy({ $0 & ~mask == 0 }) else {
            throw CipherError(.sampleOutOfRange, "a sample does not fit into \(bits) bits")
        }
    }

    /// For samples that are known to fit into the bits.
    init(
        trusted samples: [UInt16], width: Int, height: Int, channels: Int, frames: Int, bits: Int, isSigned: Bool
    ) throws(CipherError) {
        let count = try Self.sampleCount(width: width, height: height, channels: channels, frames: frames, bits: bits)
        guard samples.count == count else {
            throw CipherError(.invalidShape, "\(samples.count) samples where the shape has \(count)")
        }
        (self.width, self.height, self.channels, self.frames) = (width, height, channels, frames)
        (self.bits, self.isSigned, self.samples) = (bits, isSigned, samples)
    }

    /// The number of samples of a shape.
    ///
    /// - Throws: ``CipherError`` `invalidShape` outside the ranges of the properties or above ``maximumSampleCount``.
    static func sampleCount(width: Int, height: Int, channels: Int, frames: Int, bits: Int) throws(CipherError) -> Int {
        guard width > 0, height > 0, (1...4).contains(channels), frames > 0, (1...16).contains(bits) else {
            throw CipherError(
                .invalidShape, "no image has \(width) × \(height) pixels of \(channels) samples of \(bits) bits in \(frames) frames")
        }
        var count = 1
        for factor in [width, height, channels, frames] {
            let (product, overflow) = count.multipliedReportingOverflow(by: factor)
            guard !overflow, product <= maximumSampleCount else {
                throw CipherError(.invalidShape, "more than \(maximumSampleCount) samples in one image")
            }
            count = product
        }
        return count
    }

    /// All stored bits set.
    public var mask: UInt16 { UInt16(truncatingIfNeeded: (1 << bits) - 1) }

    /// Samples of one frame.
    public var frameSampleCount: Int { width * height * channels }

    /// The plane of the same shape with other samples.
    ///
    /// - Throws: ``CipherError`` `invalidShape` for another number of samples, `sampleOutOfRange`.
    public func with(samples: [UInt16]) throws(CipherError) -> Plane {
        try Plane(
            width: width, height: height, channels: channels, frames: frames, bits: bits, isSigned: isSigned, samples: samples)
    }

    /// The number that a sample's pattern stands for: itself, or the two's complement number.
    func value(of pattern: UInt16) -> Int {
        isSigned && pattern >> UInt16(bits - 1) & 1 == 1 ? Int(pattern) - (1 << bits) : Int(pattern)
    }
}

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
