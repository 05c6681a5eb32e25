import ArgumentParser
import CommandLineSupport
import Concurrency
import Protocol
import Sending
import SendingCommandLine
import StegoKit

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

    @OptionGroup var files: FilesAtRestOptions
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
            // Without a link to wait for, bytes are what counts.
            let decision = EncodingDecision(
                encoding: sealing.codec.encodingAtRest(effort: sealing.effort), reason: sealing.codec == .auto ? .atRest : .asked)
            try await files.make(
                by: try sealing.options(redaction: redaction.policy()), region: try region.choices(), decision: decision, home: home,
                output: output)
        }
    }
}

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

    @OptionGroup var files: FilesAtRestOptions

    @Option(
        help: ArgumentHelp(
            "The ciphers of the samples in their order, separated by commas; by default \(PixelCiphers.standardNames.joined(separator: ",")).",
            discussion: """
                There are \(PixelCiphers.knownNames.joined(separator: ", ")). At least one of them must protect an image by itself: \
                chaotic-stream, arnold-aes, addition or dna.
                """, valueName: "names"),
        transform: Self.ciphers)
    var cipher: PixelCiphers?

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
            // Enciphered samples cannot be compressed.
            let options = SealOptions(codec: .none, pixelCiphers: try cipher ?? PixelCiphers(names: PixelCiphers.standardNames))
            let decision = EncodingDecision(encoding: StegoEncoding(.none), reason: .asked)
            try await files.make(by: options, region: RegionChoices(scope: .everywhere), decision: decision, home: home, output: output)
        }
    }
}

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
