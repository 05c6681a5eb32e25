import ArgumentParser
import CommandLineSupport
import Concurrency
import Protocol
import Sending
import SendingCommandLine
import StegoKit

/// Stego files in a folder, for one receiver, without sending them: what `seal` and `encrypt` make.
struct FilesAtRestOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("Files and folders; folders are searched throughout.", valueName: "path"), completion: .file())
    var paths: [String]

    @Option(
        help: ArgumentHelp("The receiver, by the name under which its card is trusted.", valueName: "name"),
        completion: PeerNames.completion)
    var to: String

    @Option(help: ArgumentHelp("The folder for the stego files.", valueName: "dir"), completion: .directory)
    var into: String

    @Flag(help: "Name the stego files like the originals. Folders and files are often called after patients.")
    var keepNames = false

    /// Seals every study at the paths.
    ///
    /// - Parameters:
    ///   - options: how; region and capsule are added for each study.
    ///   - decision: the encoding of all files, and why it was chosen.
    /// - Throws: what ends the command; a file that could not be sealed is told, and is an exit code at the end.
    func make(
        by options: SealOptions, region: RegionChoices, decision: EncodingDecision, home: HomeOptions, output: OutputOptions
    ) async throws {
        let reporter = SenderReporter(json: output.jsonLines)
        let pool = WorkerPool(label: "veilray.seal")
        let receiver = try ReceiverEndpoint(home: home.existing(), to: to)
        let work = StudySealing(
            options: options, region: region, decision: decision, card: receiver.peer.card, folder: into, keepsNames: keepNames,
            pool: pool, observer: reporter)
        let plans = try await StudyScanner(pool: pool).studies(at: paths, reporter)
        try await reporter.showingProgress {
            for plan in plans { try await work.seal(plan) }
        }
        try reporter.conclude()
    }
}
