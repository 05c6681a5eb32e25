import Experiments
import ArgumentParser
import Basics
import CommandLineSupport
import Concurrency
import Evaluation
import Files
import Foundation
import Sending
import SendingCommandLine
import StegoKit

/// `evaluate`: measures what every method does to real images, and who notices.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measure how hiding changes your images, and whether a detector notices.",
        discussion: """
            Hides random bytes in every image by every method, measures the difference, and trains detectors on one half of the images \
            that are tested on the other. Nothing is sent and the images are left alone. The report names no patient and no file; it shows \
            one image unless --without-pictures is given. Every sample may change, unless --region roni or a region of interest is given; \
            --region roni alone means the anatomy.

            Example: veilray-send evaluate /images/series --report ~/evaluation
            """)

    @Argument(help: ArgumentHelp("Files and folders; folders are searched throughout.", valueName: "path"), completion: .file())
    var paths: [String]

    @Option(
        help: ArgumentHelp("Methods to compare, separated by commas; all of them by default.", valueName: "methods"),
        transform: Self.methods)
    var methods: [EmbeddingMethod] = EmbeddingMethod.all

    @Option(
        help: ArgumentHelp(
            "Payloads, separated by commas: whole numbers are bytes for each image, numbers with a point are bits a sample.",
            discussion: "By default 1200,0.1,0.2,0.4; 1200 bytes is the sealed record of a typical CT slice.", valueName: "payloads"),
        transform: Self.payloads)
    var payload: [PayloadSize] = EvaluationPlan.defaultPayloads

    @Option(help: ArgumentHelp("Where the report goes: report.html and the figures as CSV.", valueName: "dir"), completion: .directory)
    var report: String?

    @Flag(help: "Replace a report that is there already.")
    var replace = false

    @Flag(help: "Leave pictures and histograms out of the report.")
    var withoutPictures = false

    @Option(help: ArgumentHelp("Determines payloads, keys and every chance of the detectors.", valueName: "number"))
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp("Random divisions of the images into training and testing halves; 0 for no detectors.", valueName: "count"))
    var splits = 10

    @OptionGroup(title: "Region of interest") var region: RegionOptions
    @OptionGroup(title: "Files that are made") var permissions: CreationMaskOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        guard (0...100).contains(splits) else { throw ValidationError("--splits takes 0 to 100") }
    }

    func run() async throws {
        output.bootstrap()
        OutputQueue.waitForReaders()
        permissions.apply()
        try await reportingFailures { try await evaluate() }
    }

    func evaluate() async throws {
        let folder = try report.map { try ReportFolder($0, replaces: replace) }
        let pool = WorkerPool(label: "veilray.evaluate")
        let files = try await pool.run { [paths] in try FileFinder.files(below: paths) }
        guard !files.isEmpty else { throw OperationFailure(.badData, "there are no files at \(paths.joined(separator: ", "))") }
        let reporter = EvaluationReporter(json: output.jsonLines)
        let region = EvaluationRegion(try region.choices())
        let run = EvaluationRun(
            plan: plan(fileCount: files.count), region: try await region.policy(for: files, pool),
            isIllustrated: report != nil && !withoutPictures, pool: pool, progress: ProgressLine(isEnabled: !output.json),
            reporter: reporter)
        let results = try await run.results(of: files)
        try folder?.write(reportFiles(of: results, region))
        reporter.report(results, at: folder?.location(of: "report.html"))
        guard results.measurements.allSatisfy(\.isExact) else {
            throw OperationFailure(.badData, "a payload or a cover did not come back exactly; see the column \"exact\"")
        }
    }

    private func plan(fileCount: Int) -> EvaluationPlan {
        // Blocks are spread over the images so that the features of thousands still fit the memory.
        let blocks = max(1, min(64, Self.maximumBlocks / fileCount))
        return EvaluationPlan(
            methods: methods, payloads: payload, seed: seed, splits: splits, blocksPerImage: blocks)
    }

    /// Some 6 kB of features each, for the cover and for every trial.
    private static let maximumBlocks = 4096

    private func reportFiles(of results: EvaluationResults, _ region: EvaluationRegion) -> [(name: String, content: String)] {
        let date = Date.now.formatted(.iso8601.year().month().day())
        let page = ReportPage(
            results, date: date, program: "veilray-send \(Release.version)",
            region: region.description)
        return [
            ("metrics.csv", CSVFiles.metrics(results)), ("steganalysis.csv", CSVFiles.steganalysis(results)), ("report.html", page.html),
        ]
    }

    @Sendable private static func methods(_ text: String) throws -> [EmbeddingMethod] {
        var methods: [EmbeddingMethod] = []
        for name in text.split(separator: ",").map(String.init) {
            let method = try SealingOptions.method(name)
            if !methods.contains(method) { methods.append(method) }
        }
        guard !methods.isEmpty else { throw ValidationError("--methods names no method") }
        return methods
    }

    @Sendable private static func payloads(_ text: String) throws -> [PayloadSize] {
        var payloads: [PayloadSize] = []
        for part in text.split(separator: ",").map(String.init) {
            guard let payload = PayloadSize(part) else {
                throw ValidationError("'\(part)' is no payload; 1200 means bytes, 0.1 means bits a sample")
            }
            if !payloads.contains(payload) { payloads.append(payload) }
        }
        guard !payloads.isEmpty else { throw ValidationError("--payload names no payload") }
        return payloads
    }
}
