import CZstandard

/// A dictionary digested for one compression level; owns the `ZSTD_CDict`. About 1.6 MB at the highest level.
///
/// `@unchecked Sendable`: the handle is set once and freed in `deinit`, and zstd.h says of `ZSTD_createCDict` that the result "can be
/// created once and shared by multiple threads concurrently, since its usage is read-only".
final class CompressionDictionary: @unchecked Sendable {
    private let handle: OpaquePointer

    /// - Throws: `unusableDictionary` when the bytes are no dictionary with that identifier.
    init(_ dictionary: HeaderDictionary, level: Int32) throws(CompressionError) {
        let content = dictionary.content
        guard ZSTD_getDictID_fromDict(content, content.count) == dictionary.identifier,
            let handle = ZSTD_createCDict(content, content.count, level)
        else { throw .unusableDictionary(dictionary.identifier) }
        self.handle = handle
    }

    deinit { ZSTD_freeCDict(handle) }

    /// Writes one frame with content size and dictionary identifier and without checksum (`ZSTD_compress_usingCDict` always does).
    ///
    /// The context lives for this call only: making one costs microseconds, and no two threads ever meet in it.
    /// - Returns: the length of the frame in `output`.
    func compress(_ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) throws(CompressionError) -> Int {
        guard let context = ZSTD_createCCtx() else { throw .zstandardFailed("no context") }
        defer { ZSTD_freeCCtx(context) }
        let result = ZSTD_compress_usingCDict(context, output.baseAddress, output.count, input.baseAddress, input.count, handle)
        guard ZSTD_isError(result) == 0 else { throw .zstandardFailed(String(cString: ZSTD_getErrorName(result))) }
        return result
    }
}
