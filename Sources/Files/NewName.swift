import CLinux
import Foundation

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
