import CZstandard

/// A zstd frame (RFC 8878) without a dictionary, for what resembles no header.
enum PlainFrame {
    /// Deterministic for one release of zstd.
    ///
    /// - Parameter level: of zstd, 1 … 19.
    /// - Throws: `CompressionError` `zstandardFailed`, in practice for want of memory.
    static func compress(_ bytes: [UInt8], level: Int32) throws(CompressionError) -> [UInt8] {
        var outcome = 0
        let capacity = ZSTD_compressBound(bytes.count)
        let frame = [UInt8](unsafeUninitializedCapacity: capacity) { output, initializedCount in
            outcome = ZSTD_compress(output.baseAddress, capacity, bytes, bytes.count, level)
            initializedCount = ZSTD_isError(outcome) == 0 ? outcome : 0
        }
        guard ZSTD_isError(outcome) == 0 else { throw .zstandardFailed(String(cString: ZSTD_getErrorName(outcome))) }
        return frame
    }

    /// Safe on hostile bytes: writes no more than `byteCount`.
    ///
    /// - Parameter byteCount: the content's length.
    /// - Throws: `CompressionError` `corrupt` for what is no frame, or one of another length.
    static func decompress(_ frame: [UInt8], byteCount: Int) throws(CompressionError) -> [UInt8] {
        var outcome = 0
        let content = [UInt8](unsafeUninitializedCapacity: byteCount) { output, initializedCount in
            outcome = ZSTD_decompress(output.baseAddress, byteCount, frame, frame.count)
            initializedCount = ZSTD_isError(outcome) == 0 ? outcome : 0
        }
        guard ZSTD_isError(outcome) == 0 else { throw .corrupt(String(cString: ZSTD_getErrorName(outcome))) }
        guard content.count == byteCount else { throw .corrupt("it holds \(content.count) bytes of \(byteCount)") }
        return content
    }
}
