import Basics
import CLinux
import Files
import Foundation
import Protocol

/// Moving single files out of a watched folder, into which programs may write at any moment.
enum MovedFile {
    /// Moves a file; where another stands in its new place, a number is added to the name, unless it is the same file.
    ///
    /// - Parameters:
    ///   - stamp: what the file looked like before it was decided what becomes of it. A file that took its name since is not moved.
    ///   - reason: why it failed, for a file beside it, `<name>.reason.txt`, which is there before the file is.
    /// - Returns: where it is now; `nil` when it was not moved.
    /// - Throws: `FileError`.
    static func move(
        _ path: String, seenAs stamp: FolderSnapshot.Stamp, to destination: String, reason: String? = nil
    ) throws -> String? {
        guard isStill(path, stamp) else { return nil }
        var taken: [String] = []
        while true {
            let place = Place(path: numbered(destination, taken.count + 1), reason: reason)
            guard try place.claim(), try place.take(path) else {
                taken.append(place.path)
                continue
            }
            guard isStill(place.path, stamp) else {
                try putBack(place, to: path)
                return nil
            }
            if let earlier = taken.first(where: place.isDuplicate) {
                place.remove()
                return earlier
            }
            return place.path
        }
    }

    /// Where the reason of a failed file is.
    static func reasonPath(of path: String) -> String { "\(path).reason.txt" }

    /// Whether no part of a path that was found in a folder without links has become a link since.
    static func isWithoutLinks(_ path: String) -> Bool {
        guard let resolved = realpath(path, nil) else { return false }
        defer { free(resolved) }
        return String(cString: resolved) == path
    }

    /// Whether the file is the one that was seen, and nobody is writing into it.
    private static func isStill(_ path: String, _ stamp: FolderSnapshot.Stamp) -> Bool {
        (try? FolderSnapshot.Stamp.ofFile(at: path)) == stamp && CLinux_is_being_written(path) != 1
    }

    /// A file that came between the look and the move goes where it was found, or beside it where there is yet another by now.
    private static func putBack(_ place: Place, to path: String) throws {
        var number = 1
        while try !AtomicFile.move(place.path, to: numbered(path, number)) { number += 1 }
        place.removeReason()
    }

    private static func numbered(_ path: String, _ number: Int) -> String {
        number > 1 ? FileName.adding(String(number), to: path) : path
    }
}

/// The place that a file is to get, with its reason beside it.
private struct Place {
    let path: String
    let reason: String?

    private var reasonPath: String { Self.reasonPath(of: path) }
    private static func reasonPath(of path: String) -> String { MovedFile.reasonPath(of: path) }

    private var isTaken: Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// Puts the reason there.
    ///
    /// - Returns: `false`, with nothing changed, where there is a file or another reason. A name that leaves no room for the reason's does
    ///   without one.
    func claim() throws(FileError) -> Bool {
        guard !isTaken else { return false }
        guard let reason else { return true }
        do throws(FileError) {
            return try AtomicFile.publish(Array("\(reason)\n".utf8), as: reasonPath) != .occupied
        } catch {
            guard error.number == ENAMETOOLONG else { throw error }
            return true
        }
    }

    /// Moves a file here; without it the reason is in nobody's way.
    func take(_ source: String) throws(FileError) -> Bool {
        do throws(FileError) {
            if try AtomicFile.move(source, to: path) { return true }
        } catch {
            if !isTaken { removeReason() }
            throw error
        }
        removeReason()
        return false
    }

    /// Whether an earlier file has the same content and the same reason: dropped twice, or left over from a move that was killed.
    func isDuplicate(of earlier: String) -> Bool {
        guard MovedFile.isWithoutLinks(earlier), let there = try? FileSource(earlier).digest(),
            (try? FileSource(path).digest()) == there
        else { return false }
        return reason == nil || (try? WholeFile.read(Self.reasonPath(of: earlier))) == Array("\(reason ?? "")\n".utf8)
    }

    func remove() {
        unlink(path)
        removeReason()
    }

    func removeReason() {
        if reason != nil { unlink(reasonPath) }
    }
}

/// Finds files that were written into after they were moved away, and puts them back into the folder, where they are new files: what is
/// in `sent` is what was sent. Call it on a worker thread.
struct LateWriting: Sendable {
    /// How long files are looked at after they were moved.
    static let memory: TimeInterval = 3600

    /// The outcome for the files that were looked at.
    struct Result: Sendable {
        /// Files that are as they were, whatever time they bear now.
        var same: [FiledFile] = []
        /// Files that need no more looks: put back, deleted, or moved elsewhere by somebody.
        var done: [FiledFile] = []
        /// Where files were put back.
        var returned: [FiledFile] = []
        /// Files that could not be put back yet, and why.
        var stuck: [(file: FiledFile, reason: String)] = []
    }

    /// The stamps of changed files at the last look, and the times since when they have them.
    private var seen: [String: (stamp: String, since: ContinuousClock.Instant)] = [:]

    /// - Parameter stable: how long a changed file must look the same.
    mutating func look(at files: [FiledFile], stable: Duration, now: ContinuousClock.Instant) -> Result {
        var result = Result()
        var changed: [String: (stamp: String, since: ContinuousClock.Instant)] = [:]
        for file in files {
            guard let stamp = try? FolderSnapshot.Stamp.ofFile(at: file.place), MovedFile.isWithoutLinks(file.place) else {
                result.done.append(file)
                continue
            }
            guard stamp.text != file.stamp else { continue }
            let since = seen[file.place].flatMap { $0.stamp == stamp.text ? $0.since : nil } ?? now
            changed[file.place] = (stamp.text, since)
            guard now - since >= stable, CLinux_is_being_written(file.place) != 1 else { continue }
            do {
                try judge(file, stamp, &result)
            } catch {
                result.stuck.append((file, "\(error)"))
            }
        }
        seen = changed
        return result
    }

    /// Whether it has changed and is waited for.
    func isChanging(_ file: FiledFile) -> Bool { seen[file.place] != nil }

    private func judge(_ file: FiledFile, _ stamp: FolderSnapshot.Stamp, _ result: inout Result) throws {
        guard try FileSource(file.place).digest() != file.digest else {
            var same = file
            same.stamp = stamp.text
            return result.same.append(same)
        }
        guard try MovedFile.move(file.place, seenAs: stamp, to: file.origin) != nil else { return }
        unlink(MovedFile.reasonPath(of: file.place))
        result.done.append(file)
        result.returned.append(file)
    }
}
