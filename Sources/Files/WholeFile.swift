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
        try read(path, limit: limit) { (_: stat) throws(FileError) in }
    }

    /// The same of a file that holds a secret, after making sure that only its owner could have read it.
    ///
    /// - Returns: `nil` where others can.
    /// - Throws: ``FileError``.
    public static func readSecret(_ path: String, limit: Int) throws(FileError) -> [UInt8]? {
        var isPrivate = true
        let bytes = try read(path, limit: limit) { (status: stat) throws(FileError) in isPrivate = status.st_mode & 0o077 == 0 }
        return isPrivate ? bytes : nil
    }

    private static func read(_ path: String, limit: Int, examining: (stat) throws(FileError) -> Void) throws(FileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError("open", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError("read", path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileError("read (it is not a regular file)", path, number: EINVAL) }
        try examining(status)
        guard status.st_size <= limit else { throw FileError("read", path, number: EFBIG) }
        // One byte more than there should be, so that a single read meets the end.
        var bytes = try readBlock(descriptor, upTo: Int(status.st_size) + 1, path)
        guard bytes.count > status.st_size else { return bytes }
        while true {
            let more = try readBlock(descriptor, upTo: growth, path)
            if more.isEmpty { return bytes }
            guard bytes.count + more.count <= limit else { throw FileError("read", path, number: EFBIG) }
            bytes += more
        }
    }

    /// The file's first bytes, at most `limit` of them.
    ///
    /// - Throws: ``FileError`` as ``read(_:limit:)``
    public static func readHead(_ path: String, upTo limit: Int) throws(FileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError("open", path) }
        defer { close(descriptor) }
        return try readBlock(descriptor, upTo: limit, path)
    }

    /// Bytes that are asked for at once of a file that grows while it is read.
    private static let growth = 1 << 20

    /// The next bytes; fewer than `limit` only at the file's end.
    private static func readBlock(_ descriptor: Int32, upTo limit: Int, _ path: String) throws(FileError) -> [UInt8] {
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            // Bounds: `count` never passes `limit`, since each read is given what is left of it; the buffer may be larger.
            while count < limit, failure == nil {
                let got = Foundation.read(descriptor, buffer.baseAddress?.advanced(by: count), limit - count)
                if got == 0 { break }
                if got > 0 { count += got } else if errno != EINTR { failure = FileError("read", path) }
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
