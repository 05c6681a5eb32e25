import CZstandard
import Foundation

/// A trained zstd dictionary (RFC 8878 §6) and the identifier that frames made with it carry.
public struct HeaderDictionary: Hashable, Sendable {
    /// 36 352 + version. zstd leaves 32 768 … 2³¹ − 1 to private use; below 65 536 it takes two bytes of a frame.
    public let identifier: UInt32
    /// The dictionary as `zstd --train` writes it, identifier included.
    public let content: [UInt8]

    public init(identifier: UInt32, content: [UInt8]) {
        self.identifier = identifier
        self.content = content
    }

    /// Text that is no base64 gives an empty dictionary, which `HeaderCompressor` refuses as unusable.
    init(identifier: UInt32, base64: String) {
        self.init(identifier: identifier, content: Data(base64Encoded: base64).map { [UInt8]($0) } ?? [])
    }
}

/// The dictionaries a compressor knows: one to write with, all to read with.
///
/// Append-only: a new version becomes `current` and the one before joins `earlier`, so that every record ever made still opens.
public struct HeaderDictionaries: Hashable, Sendable {
    /// The dictionaries with which this version of Veilray writes, and those that it can read.
    public static let standard = HeaderDictionaries(current: .version1)

    /// Used to compress.
    public let current: HeaderDictionary
    /// Used only to decompress.
    public let earlier: [HeaderDictionary]

    public init(current: HeaderDictionary, earlier: [HeaderDictionary] = []) {
        self.current = current
        self.earlier = earlier
    }
}

/// All that a compressor needs of its dictionaries, digested. About 5 MB and 10 ms, so it is made once and shared.
final class DigestedDictionaries: Sendable {
    /// The dictionaries every `HeaderCompressor()` shares. A failure is kept, to be thrown by the first call that needs them.
    static let standard = Result { () throws(CompressionError) in try DigestedDictionaries(.standard) }

    private let forCompression: [CompressionEffort: CompressionDictionary]
    private let forDecompression: [UInt32: DecompressionDictionary]

    /// - Throws: `unusableDictionary` when a dictionary is not what its identifier says.
    init(_ dictionaries: HeaderDictionaries) throws(CompressionError) {
        var forCompression: [CompressionEffort: CompressionDictionary] = [:]
        for effort in CompressionEffort.allCases {
            forCompression[effort] = try CompressionDictionary(dictionaries.current, level: effort.level)
        }
        var forDecompression: [UInt32: DecompressionDictionary] = [:]
        for dictionary in dictionaries.earlier + [dictionaries.current] {
            forDecompression[dictionary.identifier] = try DecompressionDictionary(dictionary)
        }
        self.forCompression = forCompression
        self.forDecompression = forDecompression
    }

    func compression(_ effort: CompressionEffort) throws(CompressionError) -> CompressionDictionary {
        guard let dictionary = forCompression[effort] else { throw .zstandardFailed("no dictionary for \(effort)") }
        return dictionary
    }

    /// - Throws: `unknownDictionary` for 0 too: `HeaderCompressor` never writes without a dictionary.
    func decompression(identifier: UInt32) throws(CompressionError) -> DecompressionDictionary {
        guard let dictionary = forDecompression[identifier] else { throw .unknownDictionary(identifier) }
        return dictionary
    }
}

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

/// The effort of zstd, by the length of the bytes that are compressed.
///
/// A header is packed several times for each file, so the last bytes are not worth their time. Objects of megabytes travel beside the
/// pixels. docs/formats/dictionary.md has the figures.
enum CompressionEffort: Int, CaseIterable, Sendable {
    case header
    case object

    init(byteCount: Int) {
        switch byteCount {
        case ...262_144: self = .header
        default: self = .object
        }
    }

    /// zstd's compression level.
    var level: Int32 {
        switch self {
        case .header: 15
        case .object: 6
        }
    }
}
