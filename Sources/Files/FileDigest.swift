public import Basics

/// The digest of a file's content, read piece by piece.
public enum FileDigest {
    /// SHA-256 of a regular file; `nil` when it is none, cannot be read, or has another size than `byteCount`. Blocks.
    public static func of(_ path: String, ifSizeIs byteCount: Int? = nil) -> ContentDigest? {
        guard let file = try? RegularFile(path), byteCount == nil || file.byteCount == byteCount else { return nil }
        return (try? file.hash()).map { ContentDigest($0.finalize()) }
    }
}
