import CommandLineSupport
import Foundation

/// Hidden temporary files that a killed process left behind.
enum LeftoverFiles {
    /// Removes those of one folder, not of those inside it. Blocks. Call it where nobody else is writing: this process is the only one
    /// that publishes below its folder.
    static func remove(in folder: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        where name.hasPrefix(UnpublishedFile.hiddenPrefix) && name.hasSuffix(UnpublishedFile.hiddenSuffix) {
            unlink("\(folder)/\(name)")
        }
    }
}
