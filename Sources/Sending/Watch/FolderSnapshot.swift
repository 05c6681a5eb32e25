import Basics
import Files
import Foundation

/// One look at the files below a watched folder.
struct FolderSnapshot: Sendable, Equatable {
    /// The marks that change when a file is written to or replaced.
    struct Stamp: Sendable, Hashable {
        let device: UInt64
        let inode: UInt64
        let byteCount: Int64
        let modifiedSeconds: Int64
        let modifiedNanoseconds: Int64
    }

    /// The folders that the watcher puts files into.
    static let sentFolder = "sent"
    static let failedFolder = "failed"

    /// Endings under which programs write what they rename when it is complete.
    private static let unfinishedEndings = [".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".swp"]

    /// By path below the folder, with "/" between the parts.
    private(set) var files: [String: Stamp] = [:]
    /// The files and sub-folders that could not be looked at, and the reasons.
    private(set) var unseen: [String: String] = [:]

    /// Looks through `folder` and its sub-folders: regular files with visible names that do not look unfinished. Links are passed over,
    /// whatever they lead to, and so are the folders `sent` and `failed`. Call it on a worker thread.
    ///
    /// - Throws: `FileError` when `folder` itself cannot be listed.
    init(of folder: String) throws {
        try visit(folder, below: "")
    }

    private mutating func visit(_ path: String, below prefix: String) throws(FileError) {
        for entry in try FileFinder.entries(of: path) where !entry.name.hasPrefix(".") {
            let name = entry.name
            let inner = prefix.isEmpty ? name : "\(prefix)/\(name)"
            guard !entry.isUnreadable else {
                unseen[inner] = FileFinder.unreadableName
                continue
            }
            var status = stat()
            guard lstat("\(path)/\(name)", &status) == 0 else {
                note(FileError("look at it", "\(path)/\(name)"), at: inner)
                continue
            }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                if prefix.isEmpty, [Self.sentFolder, Self.failedFolder].contains(name) { continue }
                do throws(FileError) { try visit("\(path)/\(name)", below: inner) } catch { note(error, at: inner) }
            case S_IFREG:
                guard !Self.unfinishedEndings.contains(where: name.lowercased().hasSuffix) else { continue }
                files[inner] = Stamp(status)
            default: continue
            }
        }
    }

    /// A file that went away during the look was not there.
    private mutating func note(_ error: FileError, at name: String) {
        if error.number != ENOENT { unseen[name] = error.reason }
    }
}

extension FolderSnapshot.Stamp {
    /// The stamp of the regular file at a path; `nil` where none is. A link is none.
    ///
    /// - Throws: `FileError` where that cannot be told.
    static func ofFile(at path: String) throws(FileError) -> Self? {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if [ENOENT, ENOTDIR].contains(errno) { return nil }
            throw FileError("look at it", path)
        }
        return status.st_mode & S_IFMT == S_IFREG ? Self(status) : nil
    }

    init(_ status: stat) {
        self.init(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), byteCount: Int64(status.st_size),
            modifiedSeconds: Int64(status.st_mtim.tv_sec), modifiedNanoseconds: Int64(status.st_mtim.tv_nsec))
    }
}

extension FolderSnapshot.Stamp {
    /// For comparing only.
    var text: String { "\(device) \(inode) \(byteCount) \(modifiedSeconds).\(modifiedNanoseconds)" }
}

extension FiledFile {
    init(place: String, origin: String, source: String, stamp: FolderSnapshot.Stamp, digest: ContentDigest, filed: Date = Date()) {
        self.init(place: place, origin: origin, source: source, stamp: stamp.text, digest: digest, filed: filed)
    }
}

/// Tells which files of a watched folder have stopped changing.
///
/// Only the stamps' changes count, measured by a clock that nobody sets: what time a file claims to be from, and what time the server
/// of a network file system thinks it is, does not matter.
struct StabilityTracker: Sendable {
    private struct Sight: Sendable {
        let stamp: FolderSnapshot.Stamp
        let since: ContinuousClock.Instant
    }

    /// How long a file must look the same.
    let period: Duration
    private var sights: [String: Sight] = [:]

    init(period: Duration) {
        self.period = period
    }

    /// Takes note of another look at the folder.
    ///
    /// - Returns: the files that have looked the same for the period, with what they look like.
    mutating func update(_ snapshot: FolderSnapshot, at now: ContinuousClock.Instant) -> [String: FolderSnapshot.Stamp] {
        var next: [String: Sight] = [:]
        next.reserveCapacity(snapshot.files.count)
        var stable: [String: FolderSnapshot.Stamp] = [:]
        for (name, stamp) in snapshot.files {
            let since = sights[name].flatMap { $0.stamp == stamp ? $0.since : nil } ?? now
            next[name] = Sight(stamp: stamp, since: since)
            if now - since >= period { stable[name] = stamp }
        }
        sights = next
        return stable
    }

    /// For how long a file has looked the same, as of the last look.
    func age(of name: String, at now: ContinuousClock.Instant) -> Duration {
        sights[name].map { now - $0.since } ?? .zero
    }
}
