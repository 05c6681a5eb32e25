import CPNG

/// Encodes pictures as PNG in memory, through libpng's simplified interface. Blocks while it computes.
///
/// The C structure lives for one call only: `png_image_write_to_memory` frees what it allocated in it before it returns, whether
/// it succeeded or not (libpng manual, "The simplified write API").
public enum PNGEncoder {
    /// The picture on a canvas, 8-bit RGB.
    ///
    /// - Returns: a PNG file.
    /// - Throws: ``ImagingError``.
    public static func encode(_ canvas: Canvas) throws(ImagingError) -> [UInt8] {
        try encode(canvas.bytes, channels: 3, width: canvas.width, height: canvas.height, format: png_uint_32(PNG_FORMAT_FLAG_COLOR))
    }

    /// 8-bit RGB: red, green, blue of one pixel after the other, row by row from the top left.
    ///
    /// - Parameter colour: `width * height * 3` samples.
    /// - Returns: a PNG file.
    /// - Throws: ``ImagingError``.
    public static func encode(colour: [UInt8], width: Int, height: Int) throws(ImagingError) -> [UInt8] {
        try encode(colour, channels: 3, width: width, height: height, format: png_uint_32(PNG_FORMAT_FLAG_COLOR))
    }

    /// 8-bit grey, row by row from the top left.
    ///
    /// - Parameter grey: `width * height` samples.
    /// - Returns: a PNG file.
    /// - Throws: ``ImagingError``.
    public static func encode(grey: [UInt8], width: Int, height: Int) throws(ImagingError) -> [UInt8] {
        try encode(grey, channels: 1, width: width, height: height, format: 0)
    }

    /// 16-bit grey, row by row from the top left. The samples are kept as they are; the file says that they are linear in light
    /// (the simplified interface has no other 16-bit form), so a viewer may show them brighter than 8-bit ones.
    ///
    /// - Parameter grey: `width * height` samples.
    /// - Returns: a PNG file.
    /// - Throws: ``ImagingError``.
    public static func encode(grey: [UInt16], width: Int, height: Int) throws(ImagingError) -> [UInt8] {
        try encode(grey, channels: 1, width: width, height: height, format: png_uint_32(PNG_FORMAT_FLAG_LINEAR))
    }

    /// libpng's own limit (`PNG_USER_WIDTH_MAX`), which keeps every product below far from overflow.
    private static let longestSide = 1_000_000

    private static func encode<Sample: FixedWidthInteger>(
        _ samples: [Sample], channels: Int, width: Int, height: Int, format: png_uint_32
    ) throws(ImagingError) -> [UInt8] {
        guard (1...longestSide).contains(width), (1...longestSide).contains(height) else {
            throw .invalidSize(width: width, height: height)
        }
        guard samples.count == width * height * channels else {
            throw .sampleCountMismatch(samples.count, expected: width * height * channels)
        }
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        image.width = png_uint_32(width)
        image.height = png_uint_32(height)
        image.format = format
        var capacity = largestSize(sampleBytes: samples.count * Sample.bitWidth / 8, rows: height)
        var written = false
        let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            // `samples` outlives the call and is only read; it holds height × stride samples, a stride of 0 meaning rows without gaps.
            // libpng writes at most `capacity` bytes and says in it how many it needed.
            written = png_image_write_to_memory(&image, buffer.baseAddress, &capacity, 0, samples, 0, nil) != 0
            count = written ? capacity : 0
        }
        guard written else { throw .encodingFailed(message(of: image)) }
        return bytes
    }

    /// No PNG of the simplified interface is larger: zlib's stored blocks, a filter byte a row, chunk headers, and room for the
    /// few ancillary chunks (the bound of `PNG_IMAGE_PNG_SIZE_MAX` in png.h, a macro that Swift cannot call).
    private static func largestSize(sampleBytes: Int, rows: Int) -> Int {
        let filtered = sampleBytes + rows
        let deflated = filtered + (filtered + 7) / 8 + (filtered + 63) / 64 + 11
        return deflated + deflated / 512 + 4096
    }

    private static func message(of image: png_image) -> String {
        withUnsafeBytes(of: image.message) { bytes in
            // A fixed-size C array inside the structure: reading stays within it, up to its terminating zero.
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

/// The reason that a picture could not be made.
public struct ImagingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of error, to switch on.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// No PNG has this size: a side of 0, or of more than a million pixels.
        case invalidSize
        /// There are not as many samples as the size says.
        case sampleCountMismatch
        /// libpng failed; the reason has its own words.
        case encodingFailed
    }

    public let code: Code
    /// The sentence for people: what happened.
    public let reason: String

    public var description: String { reason }

    static func invalidSize(width: Int, height: Int) -> ImagingError {
        ImagingError(code: .invalidSize, reason: "no picture in PNG is \(width) × \(height) pixels")
    }

    static func sampleCountMismatch(_ count: Int, expected: Int) -> ImagingError {
        ImagingError(code: .sampleCountMismatch, reason: "the picture has \(count) samples, its size asks for \(expected)")
    }

    static func encodingFailed(_ message: String) -> ImagingError {
        ImagingError(code: .encodingFailed, reason: "libpng could not encode the picture: \(message)")
    }
}
