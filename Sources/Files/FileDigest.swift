public import Basics
import Crypto
import Foundation

/// The digest of a file's content, read piece by piece.
public enum FileDigest {
    private static let blockBytes = 1 << 20

    /// SHA-256 of a regular file; `nil` when it is none, cannot be read, or has another size than `byteCount`. Blocks.
    public static func of(_ path: String, ifSizeIs byteCount: Int? = nil) -> ContentDigest? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        guard byteCount == nil || Int(status.st_size) == byteCount else { return nil }
        var hash = SHA256()
        var block = [UInt8](repeating: 0, count: blockBytes)
        while true {
            let count = block.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return ContentDigest(hash.finalize()) }
            if count > 0 {
                hash.update(data: block[..<count])
            } else if errno != EINTR {
                return nil
            }
        }
    }
}
