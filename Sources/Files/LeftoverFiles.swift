import Foundation

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
