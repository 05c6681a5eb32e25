import CZstandard

/// Differences: what is compressed refers to bytes that both sides have.
extension HeaderCompressor {
    /// zstd's level for differences. 100 KB that resemble their basis take about 3 ms.
    private static let level: Int32 = 12

    /// The release of zstd in use. Two processes pack the same bytes into the same frame if it is the same.
    public static var libraryVersion: String { String(cString: ZSTD_versionString()) }

    /// Compresses `bytes` as a difference to `basis`, a raw dictionary (RFC 8878 §5) that the frame does not name.
    ///
    /// - Throws: `CompressionError` `zstandardFailed`, in practice for want of memory.
    func compress(_ bytes: [UInt8], basis: [UInt8]) throws(CompressionError) -> [UInt8] {
        guard let context = ZSTD_createCCtx() else { throw .zstandardFailed("no context") }
        defer { ZSTD_freeCCtx(context) }
        let frame = try Self.filled(capacity: ZSTD_compressBound(bytes.count)) { (output) throws(CompressionError) in
            let result = ZSTD_compress_usingDict(
                context, output.baseAddress, output.count, bytes, bytes.count, basis, basis.count, Self.level)
            guard ZSTD_isError(result) == 0 else { throw .zstandardFailed(String(cString: ZSTD_getErrorName(result))) }
            return result
        }
        return Array(frame.dropFirst(CompressedFrame.magicNumber.count))
    }

    /// Restores what ``compress(_:basis:)`` was given. As safe on hostile bytes as ``decompress(_:maximumByteCount:)``.
    ///
    /// - Throws: `CompressionError` `corrupt` or `tooLarge`; `zstandardFailed` for want of memory.
    func decompress(_ bytes: [UInt8], basis: [UInt8], maximumByteCount: Int) throws(CompressionError) -> [UInt8] {
        let frame = try CompressedFrame(withoutMagicNumber: bytes)
        guard let byteCount = Int(exactly: frame.contentByteCount), byteCount <= maximumByteCount else {
            throw .tooLarge(frame.contentByteCount, maximumByteCount: maximumByteCount)
        }
        guard let context = ZSTD_createDCtx() else { throw .zstandardFailed("no context") }
        defer { ZSTD_freeDCtx(context) }
        let content = try Self.filled(capacity: byteCount) { (output) throws(CompressionError) in
            let result = ZSTD_decompress_usingDict(
                context, output.baseAddress, output.count, frame.bytes, frame.bytes.count, basis, basis.count)
            guard ZSTD_isError(result) == 0 else { throw .corrupt(String(cString: ZSTD_getErrorName(result))) }
            return result
        }
        guard content.count == byteCount else { throw .corrupt("it holds \(content.count) bytes of \(byteCount)") }
        return content
    }
}
