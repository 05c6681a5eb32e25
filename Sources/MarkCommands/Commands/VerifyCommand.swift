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

    @Flag(help: "Do not look for marks in parts of images and in turned ones.")
    var quick = false

    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    public init() {}

    public func run() async throws {
        output.bootstrap()
        OutputQueue.waitForReaders()
        try await reportingFailures {
            let own = try MarkParties.identity(home.home)
            let directory = try MarkParties.directory(cards: card, home: home.home, own: own)
            let verifier = FileVerifier(directory: directory, own: try own.map(MarkParties.issuer), searches: !quick)
            let pool = WorkerPool(label: "veilray.verify")
            let files = try await pool.run { [paths] in try FileFinder.files(below: paths) }
            guard !files.isEmpty else { throw OperationFailure(.badData, "there are no files at \(paths.joined(separator: ", "))") }
            let reporter = VerifyReporter(json: output.jsonLines, directory: directory)
            var verifications: [FileVerification] = []
            var failures: [FailureKind] = []
            try await pool.forEach(files) { file -> Result<FileVerification, VerifyFailure> in
                do {
                    return .success(try verifier.verify(try WholeFile.read(file.path), path: file.path, name: file.name))
                } catch {
                    return .failure(VerifyFailure(file: FailedFile(file.name, error)))
                }
            } receive: { result in
                switch result {
                case .success(let verification):
                    verifications.append(verification)
                    reporter.verified(verification)
                case .failure(let failure):
                    failures.append(failure.file.kind)
                    reporter.failed(failure.file)
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

    private struct VerifyFailure: Error {
        let file: FailedFile
    }
}

/// What a verification ends with.
enum VerifyExit {
    /// EX_NOINPUT of sysexits(3): there is no mark to judge.
    private static let notMarked = ExitCode(66)

    /// - Returns: `nil` where everything is intact.
    static func code(_ files: [FileVerification], _ series: [SeriesVerification], _ failures: [FailureKind]) -> ExitCode? {
        if let failure = failures.map({ ExitStatus($0) }).max() { return failure.exitCode }
        let fine: Set<FileVerification.Verdict> = [.intact, .notMarked, .unknownIssuer]
        if files.contains(where: { !fine.contains($0.verdict) }) || series.contains(where: { $0.isBroken }) {
            return ExitStatus.badData.exitCode
        }
        if files.contains(where: { $0.verdict == .unknownIssuer }) { return ExitStatus.notTrusted.exitCode }
        return files.contains { $0.verdict == .notMarked } ? notMarked : nil
    }
}
