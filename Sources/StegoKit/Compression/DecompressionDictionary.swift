import CZstandard

/// A dictionary digested for decompression; owns the `ZSTD_DDict`.
///
/// `@unchecked Sendable`: the handle is set once and freed in `deinit`; in between it is only given to `ZSTD_decompress_usingDDict`,
/// which takes it as `const ZSTD_DDict*` and keeps all state of a decompression in the context.
final class DecompressionDictionary: @unchecked Sendable {
    private let handle: OpaquePointer

    /// - Throws: `unusableDictionary` when the bytes are no dictionary with that identifier.
    init(_ dictionary: HeaderDictionary) throws(CompressionError) {
        let content = dictionary.content
        guard ZSTD_getDictID_fromDict(content, content.count) == dictionary.identifier,
            let handle = ZSTD_createDDict(content, content.count)
        else { throw .unusableDictionary(dictionary.identifier) }
        self.handle = handle
    }

    deinit { ZSTD_freeDDict(handle) }

    /// Decompresses one whole frame. `output` bounds what is written, whatever the frame says.
    ///
    /// In one go, not as a stream: a stream would allocate the window that the frame asks for. The context lives for this call only.
    /// - Returns: the length of the content in `output`.
    func decompress(_ frame: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) throws(CompressionError) -> Int {
        guard let context = ZSTD_createDCtx() else { throw .zstandardFailed("no context") }
        defer { ZSTD_freeDCtx(context) }
        let result = ZSTD_decompress_usingDDict(context, output.baseAddress, output.count, frame.baseAddress, frame.count, handle)
        guard ZSTD_isError(result) == 0 else { throw .corrupt(String(cString: ZSTD_getErrorName(result))) }
        return result
    }
}
