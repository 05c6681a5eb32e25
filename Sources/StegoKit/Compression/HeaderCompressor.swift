import CZstandard

/// Compresses DICOM headers (and, at need, whole objects) with zstd and a dictionary trained on the structure of public headers.
///
/// What it writes is a zstd frame (RFC 8878) without its magic number and without a checksum, because the seal around a record
/// authenticates every byte. The frame names its dictionary, so that records outlive the dictionary they were made with.
///
/// Every `HeaderCompressor()` shares the same digested dictionaries (about 10 ms and 5 MB at the first use), so making one is free.
/// Any number of threads may use one at once. Calls do CPU work and never wait.
public struct HeaderCompressor: Sendable {
    private let dictionaries: Result<DigestedDictionaries, CompressionError>

    /// Writes with the current dictionary and reads all there ever were.
    public init() {
        dictionaries = DigestedDictionaries.standard
    }

    /// Writes and reads with other dictionaries than the standard ones, digested for this compressor and its copies.
    /// - Throws: `CompressionError` `unusableDictionary` when a dictionary is not what its identifier says.
    public init(dictionaries: HeaderDictionaries) throws(CompressionError) {
        self.dictionaries = .success(try DigestedDictionaries(dictionaries))
    }

    /// Compresses `bytes` with the current dictionary. Deterministic for one release of zstd.
    ///
    /// Bytes that do not compress grow by at most 11, and by 3 more for every 128 KB.
    /// - Throws: `CompressionError` `zstandardFailed`, in practice for want of memory.
    public func compress(_ bytes: [UInt8]) throws(CompressionError) -> [UInt8] {
        let dictionary = try dictionaries.get().compression(CompressionEffort(byteCount: bytes.count))
        let frame = try bytes.withUnsafeBufferPointer { (input) throws(CompressionError) in
            try Self.filled(capacity: ZSTD_compressBound(bytes.count)) { (output) throws(CompressionError) in
                try dictionary.compress(input, into: output)
            }
        }
        return Array(frame.dropFirst(CompressedFrame.magicNumber.count))
    }

    /// Restores what `compress` was given.
    ///
    /// Safe on hostile bytes: allocates the input again, a context of fixed size, and for the content no more than `maximumByteCount` nor
    /// than bytes so few could ever hold, whatever they claim.
    /// - Parameter maximumByteCount: the longest content to accept.
    /// - Throws: `CompressionError` `corrupt`, `unknownDictionary` or `tooLarge`; `zstandardFailed` for want of memory. A changed byte
    ///   need not be noticed: authenticate first.
    public func decompress(_ bytes: [UInt8], maximumByteCount: Int) throws(CompressionError) -> [UInt8] {
        let frame = try CompressedFrame(withoutMagicNumber: bytes)
        let dictionary = try dictionaries.get().decompression(identifier: frame.dictionaryIdentifier)
        guard let byteCount = Int(exactly: frame.contentByteCount), byteCount <= maximumByteCount else {
            throw .tooLarge(frame.contentByteCount, maximumByteCount: maximumByteCount)
        }
        let content = try frame.bytes.withUnsafeBufferPointer { (input) throws(CompressionError) in
            try Self.filled(capacity: byteCount) { (output) throws(CompressionError) in
                try dictionary.decompress(input, into: output)
            }
        }
        guard content.count == byteCount else { throw .corrupt("it holds \(content.count) bytes of \(byteCount)") }
        return content
    }

    /// An array of the bytes that `fill` says it wrote, at most `capacity`.
    static func filled(
        capacity: Int,
        by fill: (UnsafeMutableBufferPointer<UInt8>) throws(CompressionError) -> Int
    ) throws(CompressionError) -> [UInt8] {
        var outcome: Result<Int, CompressionError> = .success(0)
        let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { output, initializedCount in
            // The array may have more room than asked for, which must not become part of the bound.
            let room = UnsafeMutableBufferPointer(rebasing: output.prefix(capacity))
            outcome = Result { () throws(CompressionError) in try fill(room) }
            initializedCount = (try? outcome.get()) ?? 0
        }
        _ = try outcome.get()
        return bytes
    }
}

/// A zstd frame (RFC 8878 §3.1.1) that came without its magic number, checked as far as its header goes.
struct CompressedFrame {
    /// The four bytes every zstd frame begins with. They say nothing, so a record goes without them.
    static let magicNumber: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]

    /// The most that one block, which is 3 bytes at least, can hold (RFC 8878 §3.1.1.2.3).
    private static let maximumBlockContent: UInt64 = 131_072

    /// The frame with its magic number.
    let bytes: [UInt8]
    /// 0 for none.
    let dictionaryIdentifier: UInt32
    /// By the frame's own account, but no more than its blocks could hold.
    let contentByteCount: UInt64

    /// - Throws: `corrupt` unless the bytes are one frame, whole and alone, that tells the length of its content.
    init(withoutMagicNumber compressed: [UInt8]) throws(CompressionError) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.magicNumber.count + compressed.count)
        bytes += Self.magicNumber
        bytes += compressed

        // Everything from 2⁶⁴ − 2 on is ZSTD_CONTENTSIZE_ERROR or ZSTD_CONTENTSIZE_UNKNOWN, macros that Swift does not import.
        let contentByteCount = ZSTD_getFrameContentSize(bytes, bytes.count)
        guard contentByteCount < UInt64.max - 1 else { throw .corrupt("no frame header with a length") }
        // A frame that ends early or is followed by more would decompress, so this is looked at apart.
        let frameByteCount = ZSTD_findFrameCompressedSize(bytes, bytes.count)
        guard ZSTD_isError(frameByteCount) == 0 else { throw .corrupt("it is cut off or not a frame") }
        guard frameByteCount == bytes.count else { throw .corrupt("\(bytes.count - frameByteCount) bytes follow it") }

        guard contentByteCount <= (UInt64(bytes.count) / 3 + 1) * Self.maximumBlockContent else {
            throw .corrupt("it cannot hold the \(contentByteCount) bytes that it claims")
        }

        self.bytes = bytes
        self.dictionaryIdentifier = ZSTD_getDictID_fromFrame(bytes, bytes.count)
        self.contentByteCount = contentByteCount
    }
}

/// Differences: what is compressed refers to bytes that both sides have.
extension HeaderCompressor {
    /// zstd's level for differences. 88 KB of a Siemens MR header that resemble their basis take 0.7 ms and come to 15.4 KB; level 12 takes
    /// 6 ms for 15.2 KB.
    private static let level: Int32 = 10

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
