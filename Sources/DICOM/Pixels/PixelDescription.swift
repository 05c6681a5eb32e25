/// The image pixel module (PS3.3 §C.7.6.3): its description of pixel data.
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

extension PixelDescription {
    /// Samples of one frame with every sample in full resolution.
    var sampleCountOfFrame: Int { rows * columns * samplesPerPixel }

    /// The same pixels under another colour model or order.
    public func described(as photometricInterpretation: String, planarConfiguration: Int) throws(DICOMError) -> PixelDescription {
        try PixelDescription(
            rows: rows, columns: columns, frames: frames, samplesPerPixel: samplesPerPixel, planarConfiguration: planarConfiguration,
            photometricInterpretation: photometricInterpretation, bitsAllocated: bitsAllocated, bitsStored: bitsStored, highBit: highBit,
            isSigned: isSigned, paddingRange: paddingRange)
    }

    /// The same frame a number of times.
    public func repeated(_ frames: Int) throws(DICOMError) -> PixelDescription {
        try PixelDescription(
            rows: rows, columns: columns, frames: frames, samplesPerPixel: samplesPerPixel, planarConfiguration: planarConfiguration,
            photometricInterpretation: photometricInterpretation, bitsAllocated: bitsAllocated, bitsStored: bitsStored, highBit: highBit,
            isSigned: isSigned, paddingRange: paddingRange)
    }

    /// The interpretation of native samples after a codec has undone its own colour transform and subsampling (PS3.5 §8.2).
    func photometricInterpretation(decodedFrom codec: TransferSyntax.Codec) -> String {
        switch (codec, photometricInterpretation) {
        case (.jpeg2000, "YBR_RCT"), (.jpeg2000, "YBR_ICT"), (.highThroughputJPEG2000, "YBR_RCT"), (.highThroughputJPEG2000, "YBR_ICT"):
            "RGB"
        case (.jpeg, "YBR_FULL_422"): "YBR_FULL"
        default: photometricInterpretation
        }
    }

    /// The interpretation that the data set must state for a codestream: JPEG 2000 of either kind transforms `RGB` reversibly (PS3.5
    /// §8.2.4).
    func photometricInterpretation(encodedFor codec: TransferSyntax.Codec) -> String {
        let transforms = codec == .jpeg2000 || codec == .highThroughputJPEG2000
        return transforms && photometricInterpretation == "RGB" ? "YBR_RCT" : photometricInterpretation
    }
}

enum PlanarConfiguration {
    /// A frame of planes with the samples of each pixel put together.
    static func interleaved(_ frame: ArraySlice<UInt8>, _ description: PixelDescription) -> [UInt8] {
        let width = description.bytesPerSample
        let pixels = description.rows * description.columns
        var result: [UInt8] = []
        result.reserveCapacity(frame.count)
        for pixel in 0..<pixels {
            for plane in 0..<description.samplesPerPixel {
                let start = frame.startIndex + (plane * pixels + pixel) * width
                result += frame[start..<start + width]
            }
        }
        return result
    }
}
