/// The reason that something could not be compressed or decompressed. It never carries any of the bytes themselves.
public struct CompressionError: Error, Hashable, Sendable {
    /// Stable, to switch on.
    public enum Code: Hashable, Sendable {
        /// Compressed with a dictionary that this version does not have; 0 means with none.
        case unknownDictionary(identifier: UInt32)
        /// Not what `HeaderCompressor` writes, or changed since.
        case corrupt
        /// The content is `byteCount` bytes by its own account, more than the caller takes.
        case tooLarge(byteCount: UInt64, maximumByteCount: Int)
        /// A dictionary of this program cannot be loaded: a defect of the build.
        case unusableDictionary(identifier: UInt32)
        /// zstd could not do its work, in practice for want of memory.
        case zstandardFailed
    }

    public let code: Code
    /// The sentence for people: what happened and what to do.
    public let reason: String

    static func unknownDictionary(_ identifier: UInt32) -> CompressionError {
        CompressionError(
            code: .unknownDictionary(identifier: identifier),
            reason: "compressed with dictionary \(identifier), which this version does not have; a newer Veilray is needed")
    }

    static func corrupt(_ what: String) -> CompressionError {
        CompressionError(code: .corrupt, reason: "the compressed bytes are damaged: \(what); ask for the instance again")
    }

    static func tooLarge(_ byteCount: UInt64, maximumByteCount: Int) -> CompressionError {
        CompressionError(
            code: .tooLarge(byteCount: byteCount, maximumByteCount: maximumByteCount),
            reason: "decompresses to \(byteCount) bytes by its own account; at most \(maximumByteCount) are accepted here")
    }

    static func unusableDictionary(_ identifier: UInt32) -> CompressionError {
        CompressionError(
            code: .unusableDictionary(identifier: identifier),
            reason: "dictionary \(identifier) of this program cannot be loaded; install it again")
    }

    static func zstandardFailed(_ what: String) -> CompressionError {
        CompressionError(code: .zstandardFailed, reason: "zstd could not work: \(what); free some memory and try again")
    }
}

extension CompressionError: CustomStringConvertible {
    public var description: String { reason }
}
