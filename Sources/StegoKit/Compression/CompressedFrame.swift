import CZstandard

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
