import CommandLineSupport
import Foundation

/// The folder that an evaluation's report goes to.
struct ReportFolder: Sendable {
    private let path: String
    private let replaces: Bool

    static let fileNames = ["report.html", "metrics.csv", "steganalysis.csv"]

    /// - Throws: `CommandFailure` when a report is there already and must not be replaced; before the hours of work, not after them.
    init(_ path: String, replaces: Bool) throws {
        self.path = path
        self.replaces = replaces
        guard !replaces else { return }
        for name in Self.fileNames where FileManager.default.fileExists(atPath: "\(path)/\(name)") {
            throw CommandFailure(.usage, "there is a report in \(path) already; name another folder, or replace it with --replace")
        }
    }

    /// Where a file of the report lies.
    func location(of name: String) -> String { "\(path)/\(name)" }

    /// Writes each file whole.
    ///
    /// - Throws: `FileError`, or `CommandFailure` when somebody else put a file there meanwhile.
    func write(_ files: [(name: String, content: String)]) throws {
        for file in files {
            let target = location(of: file.name)
            if replaces, FileManager.default.fileExists(atPath: target) { try FileManager.default.removeItem(atPath: target) }
            guard try AtomicFile.publish(Array(file.content.utf8), as: target) != .occupied else {
                throw CommandFailure(.inputOutput, "\(target) was written by somebody else meanwhile; it was left alone")
            }
        }
    }
}
