import Foundation

/// Reading a whole file into memory.
public enum WholeFile {
    /// The largest file that is read, 4 GiB: what a receiver takes, and more than native pixel data can be (PS3.5 §7.1.1).
    public static let maximumByteCount = 4 << 30

    /// The file's bytes, to its end as it is then, also when it grows or shrinks meanwhile.
    ///
    /// Never waits for a pipe's writer or a device.
    /// - Throws: ``FileError`` when it cannot be opened or read, is not a regular file, or has more than `limit` bytes.
    public static func read(_ path: String, limit: Int = maximumByteCount) throws(FileError) -> [UInt8] {
        try read(RegularFile(path), limit: limit)
    }

    /// The same of a file that holds a secret, after making sure that only its owner could have read it.
    ///
    /// - Returns: `nil` where others can.
    /// - Throws: ``FileError``.
    public static func readSecret(_ path: String, limit: Int) throws(FileError) -> [UInt8]? {
        let file = try RegularFile(path)
        return file.isPrivate ? try read(file, limit: limit) : nil
    }

    private static func read(_ file: RegularFile, limit: Int) throws(FileError) -> [UInt8] {
        guard file.byteCount <= limit else { throw FileError("read", file.path, number: EFBIG) }
        // One byte more than there should be, so that a single read meets the end.
        var bytes = try file.read(at: 0, upTo: file.byteCount + 1)
        guard bytes.count > file.byteCount else { return bytes }
        while true {
            let more = try file.read(at: bytes.count, upTo: growth)
            if more.isEmpty { return bytes }
            guard bytes.count + more.count <= limit else { throw FileError("read", file.path, number: EFBIG) }
            bytes += more
        }
    }

    /// The file's first bytes, at most `limit` of them.
    ///
    /// - Throws: ``FileError`` as ``read(_:limit:)``
    public static func readHead(_ path: String, upTo limit: Int) throws(FileError) -> [UInt8] {
        try RegularFile(path).read(at: 0, upTo: limit)
    }

    /// Bytes that are asked for at once of a file that grows while it is read.
    private static let growth = 1 << 20
}
