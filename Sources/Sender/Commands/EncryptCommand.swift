import ArgumentParser
import CommandLineSupport
import Sending
import SendingCommandLine
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
