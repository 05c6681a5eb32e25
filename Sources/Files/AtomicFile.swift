import Foundation

/// Files that appear complete or not at all: written where nobody finds them, synced, then given their name.
public enum AtomicFile {
    /// The fate of a file that was to be published.
    public enum Publication: Equatable, Sendable {
        case written
        /// The very same content stood there already.
        case alreadyThere
        /// Something else stands there; it was left alone.
        case occupied
    }

    /// Publishes `bytes` as `path`, never replacing a file that is there, and makes the directories above it.
    ///
    /// On return the content and the directory entries are on the disk (fsync). On error no file is left behind.
    /// - Parameter mode: permission bits, less the umask's.
    /// - Throws: ``FileError``.
    public static func publish(_ bytes: [UInt8], as path: String, mode: mode_t = 0o644) throws(FileError) -> Publication {
        try publish(bytes, as: path, mode: mode, naming: .unnamed)
    }

    static func publish(
        _ bytes: [UInt8], as path: String, mode: mode_t, naming: UnpublishedFile.Naming
    ) throws(FileError) -> Publication {
        let directory = parent(of: path)
        try makeDirectories(directory)
        let file = try UnpublishedFile(in: directory, mode: mode, naming: naming)
        try file.write(bytes, for: path)
        guard try file.publish(as: path) else {
            guard try holds(path, bytes) else { return .occupied }
            // Whoever wrote it may not have come to this yet.
            try sync(directory)
            return .alreadyThere
        }
        do {
            try sync(directory)
        } catch {
            unlink(path)
            throw error
        }
        return .written
    }

    /// Publishes a file that was written piece by piece into the directory of `path`, never replacing a file that is there.
    ///
    /// On return the content and the directory entry are on the disk (fsync).
    /// - Returns: `occupied` where anything has the name, whatever its content.
    /// - Throws: ``FileError``.
    public static func publish(_ file: UnpublishedStore, as path: String) throws(FileError) -> Publication {
        try file.sync()
        guard try file.publish(as: path) else { return .occupied }
        do {
            try sync(parent(of: path))
        } catch {
            unlink(path)
            throw error
        }
        return .written
    }

    /// Puts a file that everybody may read (mode 0644, whatever the umask) in place of the one at `path`, or where there is none.
    ///
    /// The directory has to be there. A power cut may bring the old file back.
    /// - Throws: ``FileError``.
    public static func replacePublic(_ path: String, with bytes: [UInt8]) throws(FileError) {
        let file = try UnpublishedFile(in: parent(of: path), mode: 0o600, naming: .hidden)
        try file.write(bytes, for: path, durably: false)
        try file.setMode(0o644, for: path)
        try file.replace(path)
    }

    /// Puts `bytes` in place of the file at `path`, or where there is none; readers see the old file or the new one.
    ///
    /// - Parameter mode: permission bits, less the umask's.
    /// - Throws: ``FileError``.
    public static func replace(_ path: String, with bytes: [UInt8], mode: mode_t = 0o644) throws(FileError) {
        let directory = parent(of: path)
        try makeDirectories(directory)
        let file = try UnpublishedFile(in: directory, mode: mode, naming: .hidden)
        try file.write(bytes, for: path)
        try file.replace(path)
        try sync(directory)
    }

    /// Moves a file, never replacing another, so that it stands in one of the two places, or both, whatever happens.
    ///
    /// - Returns: `false`, with nothing changed, where something has the new name.
    /// - Throws: ``FileError``.
    public static func move(_ path: String, to destination: String) throws(FileError) -> Bool {
        try move(path, to: destination, beginningWith: .renaming)
    }

    static func move(_ path: String, to destination: String, beginningWith way: NewName.Way) throws(FileError) -> Bool {
        try makeDirectories(parent(of: destination))
        guard NewName.give(destination, toFileAt: path, beginningWith: way) else {
            if errno == EEXIST { return false }
            throw FileError("move the file", path)
        }
        try sync(parent(of: destination))
        try sync(parent(of: path))
        return true
    }

    /// Makes a directory and those above it, down to the disk.
    public static func makeDirectories(_ path: String, mode: mode_t = 0o755) throws(FileError) {
        if try makeDirectory(path, mode: mode) { return }
        try makeDirectories(parent(of: path), mode: mode)
        guard try makeDirectory(path, mode: mode) else { throw FileError("create the directory", path, number: ENOENT) }
    }

    /// Makes a directory, down to the disk, where the one above it is there.
    ///
    /// - Throws: ``FileError``, with ENOENT where the one above is missing.
    public static func makeLastDirectory(_ path: String, mode: mode_t = 0o755) throws(FileError) {
        guard try makeDirectory(path, mode: mode) else { throw FileError("create the directory", path, number: ENOENT) }
    }

    /// Returns `false` when the directory above is missing.
    private static func makeDirectory(_ path: String, mode: mode_t) throws(FileError) -> Bool {
        if mkdir(path, mode) == 0 {
            try sync(parent(of: path))
            return true
        }
        switch errno {
        case EEXIST: return true
        case ENOENT where path != parent(of: path): return false
        default: throw FileError("create the directory", path)
        }
    }

    /// The directory that a path's last part is in; "." for a bare name, "/" for "/".
    ///
    /// Not by Foundation: its `deletingLastPathComponent` (Swift 6.3, Linux) ends the process on names of one character.
    public static func parent(of path: String) -> String {
        func withoutSlashes(_ bytes: Substring.UTF8View) -> Substring.UTF8View {
            var bytes = bytes
            while bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
            return bytes
        }
        var parent = withoutSlashes(Substring(path).utf8)
        while let last = parent.last, last != UInt8(ascii: "/") { parent.removeLast() }
        parent = withoutSlashes(parent)
        guard parent.isEmpty else { return String(Substring(parent)) }
        return path.utf8.first == UInt8(ascii: "/") ? "/" : "."
    }

    /// Puts a directory's entries onto the disk: names that were given, changed and removed.
    public static func sync(_ directory: String) throws(FileError) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("open", directory) }
        defer { close(descriptor) }
        // Some network file systems have nothing to sync in a directory and say so.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileError("sync", directory) }
    }

    /// Whether a file has exactly this content. What is no readable file of this size has not.
    private static func holds(_ path: String, _ bytes: [UInt8]) throws(FileError) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0, status.st_size == bytes.count else { return false }
        return (try? WholeFile.read(path)) == bytes
    }
}

/// Hidden temporary files that a killed process left behind.
public enum LeftoverFiles {
    /// Removes those of one folder, not of those inside it. Blocks.
    ///
    /// - Parameter age: seconds since a file was last written after which nobody can still be writing it; `nil` where nobody else writes
    ///   into the folder.
    public static func remove(in folder: String, olderThan age: Int? = nil) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        where name.hasPrefix(UnpublishedFile.hiddenPrefix) && name.hasSuffix(UnpublishedFile.hiddenSuffix) {
            let path = "\(folder)/\(name)"
            var status = stat()
            if let age {
                guard lstat(path, &status) == 0, time(nil) - status.st_mtim.tv_sec > age else { continue }
            }
            unlink(path)
        }
    }
}
