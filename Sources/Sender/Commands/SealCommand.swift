import ArgumentParser
import CommandLineSupport
import Sending
import SendingCommandLine

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
