import ArgumentParser
import CommandLineSupport
import Concurrency
import Protocol
import Sending
import StegoKit

/// `encrypt`: makes files whose pixels nobody can see, for an archive that nobody trusts.
struct EncryptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encrypt",
        abstract: "Encipher the pixels of files for an archive that is not trusted.",
        discussion: """
            Unlike 'seal', which shows an ordinary image, this shows nothing: the samples are enciphered in the image's own shape, and the \
            header is anonymous. The files are valid DICOM, so any archive takes them. Each holds a capsule that only the named receiver \
            opens, with 'veilray-receive decrypt'; a changed sample is noticed. Of images that were compressed with loss nothing is shown \
            at all.

            Example: veilray-send encrypt /images/today --to lee --into /cloud/today
            """)

    @Argument(help: ArgumentHelp("Files and folders; folders are searched throughout.", valueName: "path"), completion: .file())
    var paths: [String]

    @Option(
        help: ArgumentHelp("The receiver, by the name under which its card is trusted.", valueName: "name"),
        completion: PeerNames.completion)
    var to: String

    @Option(help: ArgumentHelp("The folder for the enciphered files.", valueName: "dir"), completion: .directory)
    var into: String

    @Option(
        help: ArgumentHelp(
            "The ciphers of the samples in their order, separated by commas; by default \(PixelCiphers.standardNames.joined(separator: ",")).",
            discussion: """
                There are \(PixelCiphers.knownNames.joined(separator: ", ")). At least one of them must protect an image by itself: \
                chaotic-stream, arnold-aes, addition or dna.
                """, valueName: "names"),
        transform: Self.ciphers)
    var cipher: PixelCiphers?

    @Flag(help: "Name the files like the originals. Folders and files are often called after patients.")
    var keepNames = false

    @OptionGroup(title: "Files that are made") var permissions: CreationMaskOptions
    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Sendable static func ciphers(_ text: String) throws -> PixelCiphers {
        do {
            return try PixelCiphers(names: text.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
        } catch {
            throw ValidationError(error.reason)
        }
    }

    func run() async throws {
        output.bootstrap()
        OutputQueue.waitForReaders()
        permissions.apply()
        try await reportingFailures {
            let reporter = SenderReporter(json: output.jsonLines)
            let pool = WorkerPool(label: "veilray.seal")
            let sender = try ReceiverEndpoint(home: home.existing(), to: to)
            // Enciphered samples cannot be compressed.
            let options = SealOptions(codec: .none, pixelCiphers: try cipher ?? PixelCiphers(names: PixelCiphers.standardNames))
            let work = StudySealing(
                options: options, region: RegionChoices(scope: .everywhere),
                decision: EncodingDecision(encoding: StegoEncoding(.none), reason: .asked), card: sender.peer.card, folder: into,
                keepsNames: keepNames, pool: pool, observer: reporter)
            let plans = try await StudyScanner(pool: pool).studies(at: paths, reporter)
            try await reporter.showingProgress {
                for plan in plans { try await work.seal(plan) }
            }
            try reporter.conclude()
        }
    }
}
