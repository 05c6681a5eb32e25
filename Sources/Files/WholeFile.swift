import Basics
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

/// Texts that people have written with any editor.
public enum TextFile {
    /// A file's text, as ``text(of:named:)`` understands it.
    ///
    /// - Throws: ``FileError`` as `WholeFile.read`, `OperationFailure` `.invalidRequest`.
    public static func read(_ path: String, limit: Int) throws -> String { try text(of: WholeFile.read(path, limit: limit), named: path) }

    /// The text of bytes: UTF-8, with a byte order mark or without one, or UTF-16 with one, as some editors on Windows write it.
    ///
    /// - Throws: `OperationFailure` `.invalidRequest` for bytes that are neither; it begins with `name`.
    public static func text(of bytes: [UInt8], named name: String) throws(OperationFailure) -> String {
        let text: String? =
            switch bytes.prefix(2) {
            case [0xFF, 0xFE], [0xFE, 0xFF]: String(bytes: bytes, encoding: .utf16)
            default: String(validating: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...], as: UTF8.self)
            }
        guard let text else { throw OperationFailure(.invalidRequest, "\(name): this is no text in UTF-8; save it as UTF-8") }
        // Foundation takes the mark of UTF-16 away, and its documentation does not promise that.
        return text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    }
}

/// Writing until everything is written: a single write(2) may take a part, or be interrupted.
public enum WholeWrite {
    /// Writes all the bytes, blocking for as long as that takes, also on a descriptor that itself does not block.
    ///
    /// - Parameter offset: where in the file (pwrite(2)); `nil` for where the descriptor stands, and for pipes.
    /// - Returns: 0, or the `errno` of what ended it.
    public static func write(_ bytes: some ContiguousBytes, to descriptor: Int32, at offset: Int? = nil) -> Int32 {
        bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                // Bounds: `written` < count, so the pointer and the length stay inside the buffer.
                let (rest, count) = (buffer.baseAddress?.advanced(by: written), buffer.count - written)
                let taken =
                    if let offset { pwrite(descriptor, rest, count, off_t(offset + written)) } else {
                        Foundation.write(descriptor, rest, count)
                    }
                if taken > 0 {
                    written += taken
                } else if taken == 0 {
                    return EIO
                } else if errno == EAGAIN {
                    // Whoever started the program gave it a descriptor that does not block.
                    var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&wait, 1, -1)
                } else if errno != EINTR {
                    return errno
                }
            }
            return 0
        }
    }
}
