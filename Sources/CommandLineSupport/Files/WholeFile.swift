import Foundation

/// Reading a whole file into memory.
public enum WholeFile {
    /// The file's bytes.
    ///
    /// - Throws: ``FileError`` when it cannot be opened or read, or is not a regular file.
    public static func read(_ path: String) throws(FileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError("open", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError("read", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            errno = EINVAL
            throw FileError("read (it is not a regular file)", path)
        }
        return try readAll(descriptor, expecting: Int(status.st_size), path)
    }

    /// Reads to the end, whatever the size was said to be: a file may grow or shrink meanwhile.
    private static func readAll(_ descriptor: Int32, expecting size: Int, _ path: String) throws(FileError) -> [UInt8] {
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: max(size, 1)) { buffer, count in
            // Bounds: `count` never passes the buffer's end, since each read is given what is left of it.
            while count < buffer.count, failure == nil {
                let got = Foundation.read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
                if got == 0 { break }
                if got > 0 { count += got } else if errno != EINTR { failure = FileError("read", path) }
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
