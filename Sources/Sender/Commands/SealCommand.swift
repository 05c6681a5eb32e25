import ArgumentParser
import CommandLineSupport
import Concurrency
import Protocol
import Sending

/// `seal`: makes the stego files without sending them.
struct SealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "Make anonymous stego files without sending them.",
        discussion: """
            The files can travel or rest anywhere: on a stick, in a cloud, in an archive. Each holds a capsule that only the named \
            receiver opens, with 'veilray-receive open'. Folders and files get the anonymous UIDs of the stego files as names, unless told \
            otherwise (--keep-names). Files that are there already are never replaced. Of originals that are the same byte for byte one stego file \
            is made; with --keep-names one for each name.

            Example: veilray-send seal /images/today --to lee --into /media/stick
            """)

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

    @OptionGroup(title: "Sealing") var sealing: SealingOptions
    @OptionGroup(title: "Region of interest") var region: RegionOptions
    @OptionGroup(title: "Text in the pixels") var redaction: RedactionOptions
    @OptionGroup(title: "Files that are made") var permissions: CreationMaskOptions
    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() async throws {
        output.bootstrap()
        OutputQueue.waitForReaders()
        permissions.apply()
        try await reportingFailures {
            let reporter = SenderReporter(json: output.jsonLines)
            let pool = WorkerPool(label: "veilray.seal")
            let sender = try ReceiverEndpoint(home: home.existing(), to: to)
            let choices = try region.choices()
            // Without a link to wait for, bytes are what counts.
            let decision = EncodingDecision(
                encoding: sealing.codec.encodingAtRest(effort: sealing.effort), reason: sealing.codec == .auto ? .atRest : .asked)
            let work = StudySealing(
                options: try sealing.options(redaction: redaction.policy()), region: choices, decision: decision, card: sender.peer.card,
                folder: into,
                keepsNames: keepNames, pool: pool, observer: reporter)
            let plans = try await StudyScanner(pool: pool).studies(at: paths, reporter)
            try await reporter.showingProgress {
                for plan in plans { try await work.seal(plan) }
            }
            try reporter.conclude()
        }
    }
}
