import Foundation

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
