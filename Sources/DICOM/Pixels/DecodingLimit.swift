import Glibc

/// How large an image may be that is decoded from codestreams of others.
///
/// A codestream of a few hundred bytes can announce gigabytes, so the announced size counts, not the file's; and large sizes are believed
/// only of codestreams that have some length themselves.
public struct DecodingLimit: Sendable {
    /// Memory that decoding an image, hiding in it or restoring it takes at its peak, in terms of its native pixels.
    private static let memoryFactor = 10
    private static let least = 256 << 20
    /// Images of so many bytes are decoded however short their codestreams are: the black slices of a study.
    private static let unquestioned = 32 << 20
    /// What a larger image may have for each byte of its codestreams. JPEG 2000 of medical images stays below 100; a black or nearly
    /// black one may have more, and then need not be decoded to travel.
    private static let expansion = 1_000

    /// The most bytes of native pixels.
    public let byteCount: Int

    /// As much as this machine's memory allows.
    public init() {
        let physical = Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
        byteCount = max(Self.least, physical / Self.memoryFactor)
    }

    public init(byteCount: Int) { self.byteCount = byteCount }

    /// - Throws: `pixelsTooLarge`.
    public func check(_ pixels: PixelDescription, codestreamByteCount: Int) throws(DICOMError) {
        guard pixels.byteCount <= byteCount else {
            throw DICOMError(
                .pixelsTooLarge, "its image takes \(pixels.byteCount) bytes when it is decoded; this machine's memory allows \(byteCount)",
                tag: .pixelData)
        }
        guard Self.isBelievable(pixels.byteCount, codestreamByteCount: codestreamByteCount) else {
            throw DICOMError(
                .pixelsTooLarge, "\(codestreamByteCount) bytes of codestreams announce an image of \(pixels.byteCount) bytes",
                tag: .pixelData)
        }
    }

    /// The same for an image that is decoded frame by frame, so that memory has to hold a few frames only.
    ///
    /// - Throws: `pixelsTooLarge`.
    public func checkFrames(_ pixels: PixelDescription, codestreamByteCount: Int) throws(DICOMError) {
        try check(pixels.repeated(1), codestreamByteCount: codestreamByteCount)
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
