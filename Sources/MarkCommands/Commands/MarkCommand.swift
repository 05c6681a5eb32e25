public import ArgumentParser
import Basics
import CommandLineSupport
import Concurrency
import Files
import Foundation
import MarkedImages
import Marks
import Protocol

extension CustodyEntry.Operation: ExpressibleByArgument {
    public init?(argument: String) {
        guard let operation = Self.allCases.first(where: { $0.name == argument }) else { return nil }
        self = operation
    }

    public static var allValueStrings: [String] { allCases.map(\.name) }
}

extension MarkBinding.StartPoint: ExpressibleByArgument {
    public init?(argument: String) {
        guard let point = Self.allCases.first(where: { $0.word == argument }) else { return nil }
        self = point
    }

    public static var allValueStrings: [String] { allCases.map(\.word) }

    private var word: String {
        switch self {
        case .unknown: "unknown"
        case .acquired: "acquired"
        case .processed: "processed"
        }
    }
}

/// `mark`: puts signed marks into files.
public struct MarkCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "mark",
        abstract: "Mark DICOM files, so that it can be told later whether they are what they were.",
        discussion: """
            Makes marked copies. The mark is signed by this side's identity, stands in the pixels and in private elements, and can be taken \
            off again: 'unmark' gives the file byte for byte, which is proven before a copy is written. Files of one series are bound to \
            each other, so give them together. A file that carries a mark already gets a new one in its place, and its chain of custody a \
            new entry.

            Example: veilray-send mark /images/today --into /images/marked
            """)

    @Argument(help: ArgumentHelp("DICOM files and folders of them.", valueName: "path"), completion: .file())
    var paths: [String]

    @Option(help: ArgumentHelp("The folder for marked copies.", valueName: "dir"), completion: .directory)
    var into: String

    @Option(
        help: ArgumentHelp(
            "What this side does with the files; created unless they are marked, and received if they are.", valueName: "what"))
    var operation: CustodyEntry.Operation?

    @Option(help: ArgumentHelp("What a first mark is put on; unknown unless given.", valueName: "what"))
    var startPoint: MarkBinding.StartPoint?

    @Option(
        help: ArgumentHelp(
            "Bytes that the signed list has of each block of 64 × 64 beside its strips: 8 or 16.",
            discussion: """
                With 8, a person who tries 2⁵⁶ versions of a changed block can make it look unchanged, though never the image. With 16 that takes \
                2¹²⁰, and the mark is larger by a quarter.
                """, valueName: "bytes"))
    var leaf = 8

    @Flag(
        help: ArgumentHelp(
            "Leave the region of interest bit for bit as it is.",
            discussion: """
                The mark goes around what a reader looks at, by annotations in the file or by its anatomy, and signs all of it. Where there is \
                too little room around it, the mark stays in the element.
                """))
    var roiUntouched = false

    @Option(
        help: ArgumentHelp(
            "A folder for records (.vrc) that travel without the images, for 'verify --against'.",
            discussion: "Each is as confidential as its image's header: it shows a small picture, and lets values of the header be tried.",
            valueName: "dir"), completion: .directory)
    var records: String?

    @Option(
        help: ArgumentHelp(
            "Put this site's shells into volumes too, with the key in this file.",
            discussion: """
                Key holders find them in slices that are cut at any angle ('verify --volume') and take them off exactly ('unmark \
                --volume'). Give all slices of a volume together. 'volume-key' makes a key.
                """, valueName: "file"), completion: .file())
    var volume: String?

    @Option(help: ArgumentHelp("Whose code is in the shells: patient (Patient ID) or study (Study Instance UID).", valueName: "what"))
    var identity: VolumeIdentity = .patient

    @OptionGroup(title: "Files that are made") var permissions: CreationMaskOptions
    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    public init() {}

    public func validate() throws {
        guard leaf == 8 || leaf == 16 else { throw ValidationError("--leaf is 8 or 16, not \(leaf)") }
        guard !roiUntouched || volume == nil else {
            throw ValidationError("--volume changes the region of interest, which --roi-untouched keeps")
        }
    }

    public func run() async throws {
        output.bootstrap()
        OutputQueue.waitForReaders()
        permissions.apply()
        try await reportingFailures {
            let marker = FileMarker(
                issuer: try MarkParties.issuer(try Identity.load(from: home.existing())),
                time: UInt64(max(0, Timestamp.now / 1000)), startPoint: startPoint ?? .unknown, operation: operation,
                longLeaves: leaf == 16,
                keepingRegion: roiUntouched)
            let reporter = MarkReporter(json: output.jsonLines)
            let volumes = try volume.map { VolumeMarking(siteKey: try VolumeKeyFile.read($0), identity: identity) }
            let run = MarkingRun(marker: marker, volumes: volumes, into: into, records: records, reporter: reporter)
            let worst = try await run.run(paths)
            if let worst { throw ExitStatus(worst).exitCode }
        }
    }
}

/// `mark`: marks what is found at paths, and tells of it.
struct MarkingRun {
    let marker: FileMarker
    /// `nil` for strict marks alone.
    var volumes: VolumeMarking?
    let into: String
    /// Where records go that travel without the image; `nil` for none.
    var records: String?
    let reporter: MarkReporter

    /// - Returns: the worst failure; `nil` where every file was marked.
    func run(_ paths: [String]) async throws -> FailureKind? {
        let pool = WorkerPool(label: "veilray.mark")
        let files = try await pool.run { try FileFinder.files(below: paths) }
        guard !files.isEmpty else { throw OperationFailure(.badData, "there are no files at \(paths.joined(separator: ", "))") }
        var failures: [FailureKind] = []
        func note(_ failure: FailedFile) {
            failures.append(failure.kind)
            reporter.failed(failure)
        }
        let prepared = try await volumes?.prepare(files, pool, note)
        try await SeriesMarking(marker: marker, pool: pool).run(prepared.map { volumes in files.filter(volumes.has) } ?? files) { file in
            let subject = try MarkSubject(try WholeFile.read(file.path), name: file.name)
            return try prepared?.marked(subject, file) ?? subject
        } publish: { [into, records] file, marked in
            let path = into + "/" + file.name
            try Self.publish(marked.bytes, as: path)
            if let records { try Self.publish(marked.record.bytes, as: "\(records)/\(file.name).\(TravellingRecord.nameExtension)") }
            return MarkedFile(file: file.name, path: path, marked)
        } receive: { outcome in
            switch outcome {
            case .done(let file): reporter.marked(file)
            case .failed(let failure): note(failure)
            }
        }
        reporter.finish(files.count - failures.count, of: files.count, into: into)
        return failures.max { ExitOrder.of($0) < ExitOrder.of($1) }
    }

    private static func publish(_ bytes: [UInt8], as path: String) throws {
        guard try AtomicFile.publish(bytes, as: path) != .occupied else {
            throw OperationFailure(.fileAccess, "\(path): another file is there already; it is kept. Choose another folder")
        }
    }
}
