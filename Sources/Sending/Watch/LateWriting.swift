import Basics
import CLinux
import Files
import Foundation
import Protocol

/// Finds files that were written into after they were moved away, and puts them back into the folder, where they are new files: what is
/// in `sent` is what was sent. Call it on a worker thread.
struct LateWriting: Sendable {
    /// How long files are looked at after they were moved.
    static let memory: TimeInterval = 3600

    /// What became of the files that were looked at.
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

    /// What changed files looked like at the last look, and since when.
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
