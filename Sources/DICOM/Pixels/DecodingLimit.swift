import Basics

/// The largest image that is decoded from codestreams of others.
///
/// A codestream of a few hundred bytes can announce gigabytes, so the announced size counts, not the file's; and large sizes are believed
/// only of codestreams that have some length themselves.
public struct DecodingLimit: Sendable {
    /// Memory that decoding an image, hiding in it or restoring it takes at its peak, in terms of its native pixels.
    private static let memoryFactor = 10
    /// The same of a frame of an image that is gone over frame by frame.
    private static let frameFactor = 6
    private static let least = 256 << 20
    /// Images of so many bytes are decoded however short their codestreams are: the black slices of a study.
    private static let unquestioned = 32 << 20
    /// The bytes that a larger image may have for each byte of its codestreams. JPEG 2000 of medical images stays below 100; a black or
    /// nearly black one may have more, and then need not be decoded to travel.
    private static let expansion = 1_000

    /// The most bytes of native pixels.
    public let byteCount: Int
    /// The most bytes of a native frame, of an image that is gone over frame by frame.
    public let frameByteCount: Int

    /// As much as this machine's memory allows, and what this process was given of it.
    public init() {
        byteCount = Self.limit(Self.memoryFactor)
        frameByteCount = Self.limit(Self.frameFactor)
    }

    public init(byteCount: Int) {
        self.byteCount = byteCount
        frameByteCount = byteCount
    }

    private static func limit(_ factor: Int) -> Int {
        min(max(least, MemoryLimits.physical / factor), MemoryLimits.imposed.map { $0 / factor } ?? .max)
    }

    /// - Throws: `pixelsTooLarge`.
    public func check(_ pixels: PixelDescription, codestreamByteCount: Int) throws(DICOMError) {
        try check(pixels, of: byteCount, codestreamByteCount: codestreamByteCount)
    }

    /// The same for one frame of an image that is decoded frame by frame.
    ///
    /// - Throws: `pixelsTooLarge`.
    public func checkFrame(_ frame: PixelDescription, codestreamByteCount: Int) throws(DICOMError) {
        try check(frame, of: frameByteCount, codestreamByteCount: codestreamByteCount)
    }

    private func check(_ pixels: PixelDescription, of limit: Int, codestreamByteCount: Int) throws(DICOMError) {
        guard pixels.byteCount <= limit else {
            throw DICOMError(
                .pixelsTooLarge, "its image takes \(pixels.byteCount) bytes when it is decoded; this machine's memory allows \(limit)",
                tag: .pixelData)
        }
        guard Self.isBelievable(pixels.byteCount, codestreamByteCount: codestreamByteCount) else {
            throw DICOMError(
                .pixelsTooLarge, "\(codestreamByteCount) bytes of codestreams announce an image of \(pixels.byteCount) bytes",
                tag: .pixelData)
        }
    }

    /// The same for all of an image that is decoded frame by frame, so that memory has to hold a few frames only.
    ///
    /// - Throws: `pixelsTooLarge`.
    public func checkFrames(_ pixels: PixelDescription, codestreamByteCount: Int) throws(DICOMError) {
        try checkFrame(pixels.repeated(1), codestreamByteCount: codestreamByteCount)
        guard Self.isBelievable(pixels.byteCount, codestreamByteCount: codestreamByteCount) else {
            throw DICOMError(
                .pixelsTooLarge, "\(codestreamByteCount) bytes of codestreams announce an image of \(pixels.byteCount) bytes",
                tag: .pixelData)
        }
    }

    /// Whether codestreams of so many bytes may hold so many bytes of pixels.
    static func isBelievable(_ byteCount: Int, codestreamByteCount: Int) -> Bool {
        byteCount <= unquestioned || byteCount / expansion <= codestreamByteCount
    }
}
