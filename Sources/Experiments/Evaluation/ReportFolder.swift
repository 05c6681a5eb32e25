import Basics
import CommandLineSupport
import Files
import Foundation
import Sending

/// The folder that an evaluation's report goes to.
package struct ReportFolder: Sendable {
    private let path: String
    private let replaces: Bool

    static let fileNames = ["report.html", "metrics.csv", "steganalysis.csv"]

    /// - Throws: `OperationFailure` when a report is there already and must not be replaced; before the hours of work, not after them.
    package init(_ path: String, replaces: Bool) throws {
        self.path = path
        self.replaces = replaces
        guard !replaces else { return }
        for name in Self.fileNames where FileManager.default.fileExists(atPath: "\(path)/\(name)") {
            throw OperationFailure(
                .invalidRequest, "there is a report in \(path) already; name another folder, or replace it with --replace")
        }
    }

    /// Where a file of the report lies.
    package func location(of name: String) -> String { "\(path)/\(name)" }

    /// Writes each file whole.
    ///
    /// - Throws: `FileError`, or `OperationFailure` when somebody else put a file there meanwhile.
    package func write(_ files: [(name: String, content: String)]) throws {
        for file in files {
            let target = location(of: file.name)
            if replaces, FileManager.default.fileExists(atPath: target) { try FileManager.default.removeItem(atPath: target) }
            guard try AtomicFile.publish(Array(file.content.utf8), as: target) != .occupied else {
                throw OperationFailure(.fileAccess, "\(target) was written by somebody else meanwhile; it was left alone")
            }
        }
    }
}
