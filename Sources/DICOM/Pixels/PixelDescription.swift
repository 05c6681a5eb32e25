/// What the image pixel module (PS3.3 §C.7.6.3) says about pixel data.
///
/// A value of this type is always consistent: sizes are positive, bit depths fit each other, and no product overflows.
public struct PixelDescription: Hashable, Sendable {
    public let rows: Int
    public let columns: Int
    public let frames: Int
    public let samplesPerPixel: Int
    /// 0: the samples of a pixel lie together, 1: each frame holds one plane after the other. 0 when there is one sample.
    public let planarConfiguration: Int
    /// For example `MONOCHROME2`, `RGB`, `YBR_FULL_422`.
    public let photometricInterpretation: String
    /// 1, 8, 16, 24, 32, 40, … 64.
    public let bitsAllocated: Int
    /// 1 … bitsAllocated.
    public let bitsStored: Int
    /// The position of the most significant stored bit: bitsStored − 1 … bitsAllocated − 1.
    public let highBit: Int
    /// Samples are two's complement.
    public let isSigned: Bool
    /// Values that mean "no image here" (Pixel Padding Value, Pixel Padding Range Limit), both ends included.
    public let paddingRange: ClosedRange<Int>?

    /// Bytes of one frame in native form. For one-bit samples, whose frames need not start at a byte, this is rounded up.
    public let frameByteCount: Int
    /// Bytes of all frames in native form, without the byte that makes an odd length even.
    public let byteCount: Int

    /// - Throws: ``DICOMError/Code-swift.enum/invalidPixelModule`` naming the element that is out of range.
    public init(
        rows: Int, columns: Int, frames: Int = 1, samplesPerPixel: Int = 1, planarConfiguration: Int = 0, photometricInterpretation: String,
        bitsAllocated: Int, bitsStored: Int, highBit: Int? = nil, isSigned: Bool = false, paddingRange: ClosedRange<Int>? = nil
    ) throws(DICOMError) {
        let highBit = highBit ?? bitsStored - 1
        try Self.check(rows, in: 1...65535, "rows", .rows)
        try Self.check(columns, in: 1...65535, "columns", .columns)
        try Self.check(frames, in: 1...Int(Int32.max), "frames", .numberOfFrames)
        try Self.check(samplesPerPixel, in: 1...4, "samples per pixel", .samplesPerPixel)
        try Self.check(planarConfiguration, in: 0...1, "planar configuration", .planarConfiguration)
        guard bitsAllocated == 1 || (8...64).contains(bitsAllocated) && bitsAllocated % 8 == 0 else {
            throw DICOMError(
                .invalidPixelModule, "\(bitsAllocated) bits allocated are neither 1 nor a multiple of 8 up to 64", tag: .bitsAllocated)
        }
        try Self.check(bitsStored, in: 1...bitsAllocated, "bits stored", .bitsStored)
        try Self.check(highBit, in: bitsStored - 1...bitsAllocated - 1, "high bit", .highBit)

        self.rows = rows
        self.columns = columns
        self.frames = frames
        self.samplesPerPixel = samplesPerPixel
        self.planarConfiguration = samplesPerPixel == 1 ? 0 : planarConfiguration
        self.photometricInterpretation = photometricInterpretation
        self.bitsAllocated = bitsAllocated
        self.bitsStored = bitsStored
        self.highBit = highBit
        self.isSigned = isSigned
        self.paddingRange = paddingRange

        // All frames may be more where they come in codestreams. In 64 bits (2^16)² × 2^31 × 4 × 64 would overflow, so they are checked by
        // division.
        let samplesOfTwoPixels = Self.samplesOfTwoPixels(samplesPerPixel, photometricInterpretation, columns: columns)
        let frameBits = rows * columns * samplesOfTwoPixels * bitsAllocated / 2
        guard frameBits <= Self.maximumByteCount * 8, frameBits <= (Int.max - 7) / frames else {
            throw DICOMError(
                .invalidPixelModule, "\(frames) frames of \(columns) × \(rows) samples are more than a data element can hold", tag: .rows)
        }
        frameByteCount = (frameBits + 7) / 8
        byteCount = bitsAllocated == 1 ? (frameBits * frames + 7) / 8 : frameByteCount * frames
    }

    /// A native value has a 32-bit even length other than FFFFFFFF.
    static let maximumByteCount = 0xFFFF_FFFE

    private static func check(_ value: Int, in range: ClosedRange<Int>, _ name: String, _ tag: Tag) throws(DICOMError) {
        guard range.contains(value) else {
            throw DICOMError(.invalidPixelModule, "\(value) is no possible number for \(name)", tag: tag)
        }
    }

    /// Natively, `YBR_FULL_422` shares its colour samples between two neighbours, so four samples make two pixels (PS3.3 §C.7.6.3.1.2).
    private static func samplesOfTwoPixels(_ samples: Int, _ photometricInterpretation: String, columns: Int) -> Int {
        photometricInterpretation == "YBR_FULL_422" && samples == 3 && columns % 2 == 0 ? 4 : 2 * samples
    }

    /// Bytes of one sample; 1 for one-bit samples, of which eight share a byte.
    public var bytesPerSample: Int { (bitsAllocated + 7) / 8 }

    /// The values that samples may take: all that `bitsStored` bits can express.
    public var valueRange: ClosedRange<Int> {
        let bits = min(bitsStored, 62)
        return isSigned ? -(1 << (bits - 1))...(1 << (bits - 1)) - 1 : 0...(1 << bits) - 1
    }
}
