import Basics
import Files
import Foundation
import StegoKit

/// Stego files of large images that are still being written. They have a name, so that what is done of them outlives this process, and
/// beside each is told what it is made of.
extension OutboxSpool {
    private static let file = "sealing"
    private static let progress = "progress"

    private func path(_ position: Int, _ suffix: String) -> String { "\(path)/\(position).\(suffix)" }

    /// What an earlier attempt has left of a file, and where the next one does.
    func checkpoint(_ position: Int) -> SealingCheckpoint<UnpublishedStore> {
        SealingCheckpoint(earlier: unfinished(position)) { progress, file in
            removeUnfinished(position)
            guard try file.publish(as: path(position, Self.file)) else { return }
            try AtomicFile.replace(path(position, Self.progress), with: Array(JSONEncoder().encode(progress)), mode: 0o600)
        }
    }

    /// Whether the last attempt at a file got further than the one before.
    func hasAdvanced(_ position: Int) -> Bool {
        guard let (progress, file) = unfinished(position) else { return false }
        return (try? SealingCheckpoint<UnpublishedStore>.hasAdvanced(progress, file)) == true
    }

    private func unfinished(_ position: Int) -> (progress: SealingProgress, file: any ByteSource)? {
        guard let bytes = try? WholeFile.read(path(position, Self.progress), limit: 1 << 20),
            let progress = try? JSONDecoder().decode(SealingProgress.self, from: Data(bytes)),
            let file = try? FileSource(path(position, Self.file))
        else { return nil }
        return (progress, file)
    }

    func removeUnfinished(_ position: Int) {
        for suffix in [Self.progress, Self.file] { unlink(path(position, suffix)) }
    }

    /// Whether a name is of one of these, of a file that is not sealed yet.
    static func isUnfinished(_ name: String, except sealed: Set<Int>) -> Bool {
        let parts = name.split(separator: ".")
        guard parts.count == 2, let position = Int(parts[0]), [file, progress].contains(String(parts[1])) else { return false }
        return !sealed.contains(position)
    }
}
