public import ArgumentParser
import Basics
import CommandLineSupport
import Concurrency
import Files
import Foundation
import MarkedImages
import Marks
import Protocol

/// `verify`: says what became of marked files.
public struct VerifyCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Say whether marked DICOM files are what they were, and if not, what differs and where.",
        discussion: """
            Believes the trusted cards and this side's own identity, or only the cards that --card gives. Nothing is changed, and nothing \
            leaves this machine.

            Exit codes: 0, every file is intact; 65, something was changed; 66, a file carries no mark; 77, the signer's card is not \
            trusted here. Of several the largest counts that tells of a change, then 77, then 66.

            With --against, marks are taken off both versions, and headers, pixels, documents and the lists of instances are compared: \
            sample by sample where that can be, and by what can be seen where a copy was coded with loss, shown through a window, scaled, \
            cut or turned. Then 0 says that nothing differs that could be seen, 65 that something does, and 66 that nothing can be said of \
            some pixels.

            With --volume, 0 says that every slice is from a marked volume, 66 that one is not, and 65 that it is of none of the \
            identities that were asked for.

            Example: veilray-receive verify /images/marked --report /tmp/report
            """)

    @Argument(help: ArgumentHelp("DICOM files and folders of them.", valueName: "path"), completion: .file())
    var paths: [String]

    @Option(
        help: ArgumentHelp("A new folder for a report with pictures, one page to open in a browser.", valueName: "dir"),
        completion: .directory)
    var report: String?

    @Option(
        help: ArgumentHelp("The card of an issuer whose marks are believed; may be given several times.", valueName: "file"),
        completion: .file())
    var card: [String] = []

    @Option(
        help: ArgumentHelp(
            "Compare with another version of the files instead: a file, a folder, or a record (.vrc) that 'mark' has left.",
            valueName: "path"),
        completion: .file())
    var against: [String] = []

    @Option(
        help: ArgumentHelp(
            "Look for this site's volume mark instead, with the key in this file, in slices at any angle.", valueName: "file"),
        completion: .file())
    var volume: String?

    @Option(
        help: ArgumentHelp(
            "With --volume: whose volume it may be; may be given several times.",
            discussion: "A Patient ID or a study's UID, as 'mark --identity' says; those of each slice's own header by default.",
            valueName: "id"))
    var identity: [String] = []

    @Option(
        help: ArgumentHelp(
            "With --volume: the Frame of Reference UID of the volume, for slices that do not say it.", valueName: "uid"))
    var frameOfReference: String?

    @Flag(help: "Do not look for marks in parts of images and in turned ones.")
    var quick = false

    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    public init() {}

    public func run() async throws {
        output.bootstrap()
        OutputQueue.waitForReaders()
        try await reportingFailures {
            if let volume { return try await search(try VolumeKeyFile.read(volume)) }
            let own = try MarkParties.identity(home.home)
            let directory = try MarkParties.directory(cards: card, home: home.home, own: own)
            guard against.isEmpty else { return try await compare(directory) }
            let verifier = FileVerifier(directory: directory, own: try own.map(MarkParties.issuer), searches: !quick)
            let pool = WorkerPool(label: "veilray.verify")
            let files = try await pool.run { [paths] in try FileFinder.files(below: paths) }
            guard !files.isEmpty else { throw OperationFailure(.badData, "there are no files at \(paths.joined(separator: ", "))") }
            let reporter = VerifyReporter(json: output.jsonLines, directory: directory)
            var verifications: [FileVerification] = []
            var failures: [FailureKind] = []
            try await pool.forEach(files) { file in
                FileOutcome(file.name) { try verifier.verify(try WholeFile.read(file.path), path: file.path, name: file.name) }
            } receive: { outcome in
                switch outcome {
                case .done(let verification):
                    verifications.append(verification)
                    reporter.verified(verification)
                case .failed(let failure):
                    failures.append(failure.kind)
                    reporter.failed(failure)
                }
            }
            let series = SeriesVerification.all(verifications)
            for verification in series { reporter.verified(verification) }
            if let report {
                try await pool.run { [verifications] in
                    try VerificationReport(verifications, series, directory).write(to: report)
                }
                if !output.json { Console.say("Report: \(report)/index.html") }
            }
            if let code = VerifyExit.code(verifications, series, failures) { throw code }
        }
    }

    public func validate() throws {
        guard volume == nil || against.isEmpty && report == nil else {
            throw ValidationError("--volume goes with neither --against nor --report")
        }
        guard volume != nil || identity.isEmpty && frameOfReference == nil else {
            throw ValidationError("--identity and --frame-of-reference are about --volume")
        }
    }

    private func search(_ siteKey: [UInt8]) async throws {
        let search = SliceSearch(siteKey: siteKey, reference: frameOfReference, identities: identity)
        let run = VolumeSearchRun(search: search, isAsked: !identity.isEmpty, json: output.jsonLines)
        if let code = try await run.run(paths) { throw code }
    }

    private func compare(_ directory: IssuerDirectory) async throws {
        let run = ComparingRun(
            comparer: FileComparer(directory: directory), reporter: ComparisonReporter(json: output.jsonLines), report: report)
        if let code = try await run.run(paths, against: against) { throw code }
    }
}

/// The exit codes of `verify`.
enum VerifyExit {
    /// EX_NOINPUT of sysexits(3): there is nothing to judge by.
    private static let nothingToJudge = ExitCode(66)

    /// - Returns: `nil` where everything is intact.
    static func code(_ files: [FileVerification], _ series: [SeriesVerification], _ failures: [FailureKind]) -> ExitCode? {
        if let failure = failures.map({ ExitStatus($0) }).max() { return failure.exitCode }
        let fine: Set<FileVerification.Verdict> = [.intact, .notMarked, .unknownIssuer]
        if files.contains(where: { !fine.contains($0.verdict) }) || series.contains(where: { $0.isBroken }) {
            return ExitStatus.badData.exitCode
        }
        if files.contains(where: { $0.verdict == .unknownIssuer }) { return ExitStatus.notTrusted.exitCode }
        return files.contains { $0.verdict == .notMarked } ? nothingToJudge : nil
    }

    /// - Returns: `nil` where nothing differs that could be seen.
    static func code(_ comparisons: [InstanceComparison], _ failures: [FailureKind]) -> ExitCode? {
        if let failure = failures.map({ ExitStatus($0) }).max() { return failure.exitCode }
        let open: Set<InstanceComparison.Verdict> = [.identical, .same, .alike, .notAssessable]
        if comparisons.contains(where: { !open.contains($0.verdict) }) { return ExitStatus.badData.exitCode }
        if comparisons.contains(where: { if let judgement = $0.judgement { !judgement.isBelieved } else { false } }) {
            return ExitStatus.notTrusted.exitCode
        }
        return comparisons.contains { $0.verdict == .notAssessable } ? nothingToJudge : nil
    }
}
