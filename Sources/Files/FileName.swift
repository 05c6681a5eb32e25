import CLinux
import Foundation

/// Names of files with something added to them, short enough for the file systems of Linux.
///
/// Texts are cut between characters, as people see them, and a name keeps its extension: programs choose by it.
public enum FileName {
    /// The longest name in bytes (NAME_MAX).
    public static let longest = 255
    /// A longer text behind a name's last dot is a part of the name rather than an extension.
    private static let longestExtension = 16

    /// `name-addition.extension`; where that would be longer than `limit` bytes, the name gives way.
    ///
    /// - Parameters:
    ///   - addition: short, at most some 60 bytes.
    ///   - path: a name, or a path, of which the last part is meant.
    public static func adding(_ addition: String, to path: String, limit: Int = longest) -> String {
        // By scalars, as file systems see paths: a slash with a mark behind it is one character to Swift.
        let scalars = path.unicodeScalars
        let name = scalars.lastIndex(of: "/").map { scalars.index(after: $0) } ?? scalars.startIndex
        let (stem, suffix) = parts(of: String(scalars[name...]))
        let end = "-\(addition)\(suffix)"
        return String(scalars[..<name]) + cut(stem, to: limit - end.utf8.count) + end
    }

    /// The name's stem, and its extension with the dot; the whole name where there is none.
    private static func parts(of name: String) -> (stem: String, suffix: String) {
        let scalars = name.unicodeScalars
        guard let dot = scalars.lastIndex(of: "."), dot > scalars.startIndex, scalars.index(after: dot) < scalars.endIndex,
            String(scalars[dot...]).utf8.count <= longestExtension + 1
        else { return (name, "") }
        return (String(scalars[..<dot]), String(scalars[dot...]))
    }

    /// The beginning of a text, at most so many bytes.
    private static func cut(_ text: String, to limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var (count, end) = (0, text.startIndex)
        while end < text.endIndex, count + text[end].utf8.count <= limit {
            count += text[end].utf8.count
            end = text.index(after: end)
        }
        if end > text.startIndex { return String(text[..<end]) }
        // One character with hundreds of marks.
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            count += UTF8.width(scalar)
            guard count <= limit else { break }
            scalars.append(scalar)
        }
        return String(scalars)
    }
}

/// Renaming a file without taking another's name.
enum NewName {
    /// In the order of preference; each is for file systems that know none before it.
    enum Way: CaseIterable, Sendable {
        /// renameat2(2) with RENAME_NOREPLACE. NFS and many FUSE file systems refuse the flag.
        case renaming
        /// link(2), then unlink(2). Killed between the two, the file has both names.
        case linking
        /// A look, then rename(2): safe where nobody else gives names in that folder. File systems without hard links leave nothing else.
        case looking
    }

    /// - Parameter way: the first to be tried.
    /// - Returns: `false`, with nothing changed and `errno` set, where it failed; EEXIST where something has the name.
    static func give(_ destination: String, toFileAt path: String, beginningWith way: Way = .renaming) -> Bool {
        switch way {
        case .renaming:
            if CLinux_rename_without_replacing(path, destination) == 0 { return true }
            guard [EINVAL, ENOSYS, EOPNOTSUPP].contains(errno) else { return false }
            return give(destination, toFileAt: path, beginningWith: .linking)
        case .linking:
            if link(path, destination) == 0 { return takeAway(path, linkedAs: destination) }
            guard [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(errno) else { return false }
            return give(destination, toFileAt: path, beginningWith: .looking)
        case .looking:
            var status = stat()
            if lstat(destination, &status) == 0 {
                errno = EEXIST
                return false
            }
            return errno == ENOENT && rename(path, destination) == 0
        }
    }

    private static func takeAway(_ path: String, linkedAs destination: String) -> Bool {
        var (here, there) = (stat(), stat())
        // Another file that took the old name since must not go for the one that was linked.
        guard lstat(path, &here) == 0, lstat(destination, &there) == 0, here.st_ino == there.st_ino, here.st_dev == there.st_dev else {
            return true
        }
        if unlink(path) == 0 || errno == ENOENT { return true }
        // As in a folder where only a file's owner may remove it.
        let reason = errno
        unlink(destination)
        errno = reason
        return false
    }
}
