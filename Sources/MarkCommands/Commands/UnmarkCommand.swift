public import ArgumentParser
import Basics
import CommandLineSupport
import Concurrency
import Files
import Foundation
import MarkedImages

/// `unmark`: takes marks off.
public struct UnmarkCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "unmark",
        abstract: "Take marks off DICOM files.",
        discussion: """
            Gives the files that were marked, byte for byte; the element's digest says whether it has. A file that was written anew \
            since, as archives do, is written without its mark all the same, told, and gives exit code 65. No key is needed but for \
            volume marks: without --volume a file keeps the one that it has.

            Example: veilray-receive unmark /images/marked --into /images/plain
            """)

    @Argument(help: ArgumentHelp("Marked files and folders of them.", valueName: "path"), completion: .file())
    var paths: [String]

    @Option(help: ArgumentHelp("The folder for files without marks.", valueName: "dir"), completion: .directory)
    var into: String

    @Option(
        help: ArgumentHelp("Take volume marks off too, with the site's key in this file.", valueName: "file"), completion: .file())
    var volume: String?

    @OptionGroup(title: "Files that are made") var permissions: CreationMaskOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    public init() {}

    private struct Unmarked: Encodable, Sendable {
        let event = "unmarked"
        let file: String
        let path: String
        /// Whether it is the marked file byte for byte.
        let isExact: Bool
        /// Whether its samples are those that were marked.
        let hasExactSamples: Bool
        /// Whether a volume mark is still in it.
        let hasVolumeMark: Bool

        var line: String {
            let volume = hasVolumeMark ? "; it keeps its volume mark, which --volume and the site's key take off" : ""
            if isExact { return "\(file): restored byte for byte\(volume)" }
            return hasExactSamples
                ? "\(file): its samples are restored exactly; the file itself has been written anew since it was marked\(volume)"
                : "\(file): it was changed since it was marked; its mark is off as far as it could be read\(volume)"
        }
    }

    public func run() async throws {
        output.bootstrap()
        OutputQueue.waitForReaders()
        permissions.apply()
        try await reportingFailures {
            let reporter = MarkReporter(json: output.jsonLines)
            let pool = WorkerPool(label: "veilray.unmark")
            let files = try await pool.run { [paths] in try FileFinder.files(below: paths) }
            guard !files.isEmpty else { throw OperationFailure(.badData, "there are no files at \(paths.joined(separator: ", "))") }
            var failures: [FailureKind] = []
            let key = try volume.map(VolumeKeyFile.read)
            try await pool.forEach(files) { [into] file in
                FileOutcome(file.name) { try Self.unmark(file, into: into, key) }
            } receive: { result in
                switch result {
                case .done(let unmarked):
                    if !unmarked.isExact { failures.append(.badData) }
                    if let json = reporter.json { json.write(unmarked) } else { Console.say(unmarked.line) }
                case .failed(let failure):
                    failures.append(failure.kind)
                    reporter.failed(failure)
                }
            }
            if let worst = failures.map({ ExitStatus($0) }).max() { throw worst.exitCode }
        }
    }

    private static func unmark(_ file: FoundFile, into folder: String, _ siteKey: [UInt8]?) throws -> Unmarked {
        let restored = try FileUnmarker.restore(try WholeFile.read(file.path), name: file.name, siteKey: siteKey)
        let path = folder + "/" + file.name
        guard try AtomicFile.publish(restored.bytes, as: path) != .occupied else {
            throw OperationFailure(.fileAccess, "\(path): another file is there already; it is kept. Choose another folder")
        }
        return Unmarked(
            file: file.name, path: path, isExact: restored.isExact, hasExactSamples: restored.hasExactSamples,
            hasVolumeMark: restored.hasVolumeMark)
    }
}
