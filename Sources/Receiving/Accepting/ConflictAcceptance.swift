import Basics
import Concurrency
import Files
import Foundation
import Protocol

/// Makes files that were set aside for a conflict the current versions.
///
/// The file that was there moves to `versions`, under a name with the first digits of its digest; the accepted one takes its name by one
/// rename; then the journal and the markers are told. Killed anywhere in between, the same once more completes it: each step sees
/// whether it is done. It may run beside `serve`, which never changes a published file.
package struct ConflictAcceptance: Sendable {
    /// Earlier versions, below the folder of restored files.
    static let versions = "versions"

    private let inbox: any InboxStore
    private let pool: WorkerPool

    package init(inbox: Inbox, pool: WorkerPool) {
        self.inbox = inbox.store
        self.pool = pool
    }

    /// The outcome for one file.
    package struct Result: Sendable {
        package let file: SetAsideFile
        package let path: String
        /// The earlier version that was moved away in this run, if any.
        package let previous: String?
        package let forwards: Bool
        package let isKnown: Bool
    }

    // MARK: Which files

    /// The files that paths mean: each the path of a file that was set aside, or of a folder of such files. Nothing is changed.
    ///
    /// - Throws: `OperationFailure` `.invalidRequest` for paths that mean none, and for two versions of one instance.
    package func candidates(_ paths: [String]) async throws -> [SetAsideFile] {
        let files = try await inbox.setAsideFiles()
        var meant: [String: SetAsideFile] = [:]
        for path in paths {
            let found = Self.files(at: path, of: files)
            guard !found.isEmpty else {
                throw OperationFailure(
                    .invalidRequest,
                    "\(path): nothing was set aside there. Only files below a folder '\(Publisher.conflicts)' of restored files can be "
                        + "accepted, as the event and the message of the conflict name them")
            }
            // What was accepted is told of only where nothing else is meant.
            let open = found.filter { $0.accepted == nil }
            for file in open.isEmpty ? found : open { meant[file.path] = file }
        }
        let candidates = meant.values.sorted { $0.path < $1.path }
        for (uid, versions) in Dictionary(grouping: candidates.filter { $0.accepted == nil }, by: \.sopInstanceUID)
        where Set(versions.map(\.digest)).count > 1 {
            throw OperationFailure(
                .invalidRequest,
                "several versions of the instance \(uid) wait; name the one that is to be current: "
                    + versions.map(\.path).joined(separator: ", "))
        }
        return candidates
    }

    private static func files(at path: String, of files: [SetAsideFile]) -> [SetAsideFile] {
        let meant = Set([URL(filePath: path).standardizedFileURL.path, real(path)].compactMap(\.self)).filter {
            $0.split(separator: "/").contains(Substring(Publisher.conflicts))
        }
        return files.filter { file in
            let places = [file.path, real(AtomicFile.parent(of: file.path)).map { "\($0)/\((file.path as NSString).lastPathComponent)" }]
            return places.compactMap(\.self).contains { place in meant.contains { place == $0 || place.hasPrefix($0 + "/") } }
        }
    }

    private static func real(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// For a person who is to decide.
    package static func description(of file: SetAsideFile) -> String {
        let words = file.heading.map { [$0.patient, $0.studyDate].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ") } ?? ""
        return "\(file.path) (\(file.name) from \(file.peer)\(words.isEmpty ? "" : "; \(words)"))"
    }

    // MARK: Accepting

    /// Accepts one file, or completes what was begun. Call it with the right to (``AcceptanceLock``).
    ///
    /// - Throws: `OperationFailure` where the file is not there, or is not what was set aside; ``FileError``, `DatabaseError`.
    package func accept(_ file: SetAsideFile) async throws -> Result {
        let places = try await inbox.places(ofVersionsOf: file)
        guard !places.contains(where: { $0.path.contains("/\(StagingFolder.name)/") }) else {
            throw OperationFailure(
                .temporary, "\(file.path): the study of the version that is here has not come to its end; accept it after that")
        }
        if let path = file.accepted {
            try await pool.run { try Self.tell(places, file.digest) }
            return Result(file: file, path: path, previous: nil, forwards: false, isKnown: true)
        }
        let (path, previous) = try await pool.run { try Self.exchange(file, places.map(\.path)) }
        let forwards = try await inbox.accept(file, at: path)
        try await pool.run { try Self.tell(places, file.digest) }
        return Result(file: file, path: path, previous: previous, forwards: forwards, isKnown: false)
    }

    /// Puts the file in the place of every version that is there. The one that it is moved to comes last: until then it stays where it is.
    ///
    /// - Parameter places: where versions were published, oldest first.
    /// - Returns: where the file is, and where the version is that was there before.
    static func exchange(_ file: SetAsideFile, _ places: [String]) throws -> (path: String, previous: String?) {
        let occupied = places.filter(isFile)
        let root = root(of: file.path, occupied.first ?? places.first ?? "")
        // Where no version is there any more, nothing is made outside of the folder of restored files: that may be a share that is away.
        let own = "\(root)/\(file.path.dropFirst(root.count + Publisher.conflicts.utf8.count + 2))"
        let place = occupied.first ?? places.first { $0.hasPrefix(root + "/") } ?? own
        guard isFile(file.path) else {
            // Killed between the rename and the journal.
            if FileDigest.of(place) == file.digest { return (place, nil) }
            throw OperationFailure(.fileAccess, "\(file.path): the file is no longer there; nothing was changed")
        }
        guard FileDigest.of(file.path) == file.digest else {
            throw OperationFailure(
                .badData, "\(file.path): it was changed since it was set aside; it was left alone, and so was the earlier version")
        }
        guard !occupied.isEmpty else {
            guard try AtomicFile.move(file.path, to: place) else {
                throw OperationFailure(.fileAccess, "\(file.path): something else has the name \(place); nothing was changed")
            }
            return (place, nil)
        }
        var previous: String?
        for copy in occupied.dropFirst() {
            guard let kept = try keep(copy, below: root, unlessItIs: file.digest) else { continue }
            previous = kept
            try AtomicFile.replace(copy, with: try WholeFile.read(file.path))
        }
        previous = try keep(place, below: root, unlessItIs: file.digest) ?? previous
        try move(file.path, to: place)
        return (place, previous)
    }

    private static func isFile(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// The folder of restored files that the file was set aside below.
    private static func root(of path: String, _ place: String) -> String {
        let parts = path.components(separatedBy: "/\(Publisher.conflicts)/")
        // The clinic's names may hold such a part as well, and so may the folder's: the version that is here lies below the right one.
        let roots = parts.indices.dropLast().map { parts[...$0].joined(separator: "/\(Publisher.conflicts)/") }
        return roots.last { place.hasPrefix($0 + "/") } ?? roots.first ?? AtomicFile.parent(of: path)
    }

    /// Gives the file at a place a second name among the versions. Returns that, or `nil` where nothing is to be kept.
    private static func keep(_ place: String, below root: String, unlessItIs digest: ContentDigest) throws -> String? {
        guard isFile(place) else { return nil }
        guard let own = FileDigest.of(place) else { throw FileError("read", place) }
        if own == digest { return nil }
        let relative = place.hasPrefix(root + "/") ? String(place.dropFirst(root.count + 1)) : (place as NSString).lastPathComponent
        let version = Publisher.adding(own.description, to: "\(root)/\(versions)/\(relative)")
        for number in 1... {
            let name = number == 1 ? version : "\(version).\(number)"
            if try isKept(place, as: name, own) { return name }
        }
        return nil
    }

    /// Returns `false` where another file has the name.
    private static func isKept(_ place: String, as name: String, _ digest: ContentDigest) throws -> Bool {
        try AtomicFile.makeDirectories(AtomicFile.parent(of: name))
        if link(place, name) == 0 {
            try AtomicFile.sync(AtomicFile.parent(of: name))
            return true
        }
        switch errno {
        case EEXIST: return FileDigest.of(name) == digest
        case EXDEV, EPERM, EOPNOTSUPP, ENOSYS, EMLINK:
            return try AtomicFile.publish(try WholeFile.read(place), as: name) != .occupied
        default: throw FileError("keep the earlier version of", place)
        }
    }

    private static func move(_ path: String, to place: String) throws {
        try AtomicFile.makeDirectories(AtomicFile.parent(of: place))
        guard rename(path, place) == 0 else {
            guard errno == EXDEV else { throw FileError("move", path) }
            try AtomicFile.replace(place, with: try WholeFile.read(path))
            guard unlink(path) == 0 || errno == ENOENT else { throw FileError("remove", path) }
            return
        }
        try AtomicFile.sync(AtomicFile.parent(of: place))
        try AtomicFile.sync(AtomicFile.parent(of: path))
    }

    private static func tell(_ places: [(path: String, transfers: [TransferID])], _ digest: ContentDigest) throws {
        for place in places where FileDigest.of(place.path) == digest {
            try CompletionMarker.retell(place.path, digest, by: place.transfers)
        }
    }
}

/// The right to accept files of one home, held by one process at a time.
package enum AcceptanceLock {
    /// - Throws: `OperationFailure` `.temporary` while another process has it, ``FileError``.
    package static func take(in state: URL) throws -> FileLock {
        guard let lock = try FileLock.take(state.appending(path: "accept.lock").path) else {
            throw OperationFailure(.temporary, "another 'accept' is at work for this home; try again when it has ended")
        }
        return lock
    }
}
