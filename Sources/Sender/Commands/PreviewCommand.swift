import Experiments
import ArgumentParser
import CommandLineSupport
import Concurrency
import Sending
import SendingCommandLine
import StegoKit

/// `preview`: shows what of an image would change.
struct PreviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Draw which part of an image is filled or stays as it is, and the changes that hiding would make.",
        discussion: """
            Writes a PNG: the image with its region of interest and the regions of text that would be filled, the edges outside, and the \
            samples that really changed when random bytes were hidden. The picture holds no names, except those that are burnt into the \
            image. Nothing is sent.

            Example: veilray-send preview chest.dcm --method hamming --out chest.png
            """)

    @Argument(help: ArgumentHelp("A DICOM file with an image.", valueName: "file"), completion: .file())
    var file: String

    @Option(
        help: ArgumentHelp("The picture to write; by default the file's name with .preview.png, in this folder.", valueName: "png"),
        completion: .file())
    var out: String?

    @Flag(help: "Replace a picture that is there already.")
    var replace = false

    @Option(help: ArgumentHelp("How to hide: \(SealingOptions.methodNames).", valueName: "method"), transform: SealingOptions.method)
    var method: EmbeddingMethod = .syndromeTrellis

    @Option(help: ArgumentHelp("How many bytes to hide; the sealed record of a typical CT slice has 1200.", valueName: "bytes"))
    var payload = 1200

    @Option(help: ArgumentHelp("Which frame to show, counted from 1; by default the middle one.", valueName: "number"))
    var frame: Int?

    @Option(
        help: ArgumentHelp("A file or folder with segmentations and structure sets; may be repeated.", valueName: "path"),
        completion: .file())
    var annotations: [String] = []

    @OptionGroup(title: "Region") var region: RegionOptions
    @OptionGroup(title: "Text in the pixels") var redaction: RedactionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        guard (1...Self.largestPayload).contains(payload) else { throw ValidationError("--payload takes 1 to \(Self.largestPayload)") }
        if let frame, frame < 1 { throw ValidationError("frames are counted from 1") }
    }

    private static let largestPayload = 1 << 24

    func run() async throws {
        output.bootstrap()
        OutputQueue.waitForReaders()
        try await reportingFailures {
            let work = PreviewWork(
                file: file, picture: out, replaces: replace, method: method, payloadByteCount: payload, frame: frame,
                annotations: annotations, region: try region.choices(), redaction: try redaction.policy())
            let event = try await WorkerPool(label: "veilray.preview").run { try work.run() }
            if let lines = output.jsonLines {
                lines.write(event)
            } else {
                Console.say("\(event.picture): \(event.summary)")
            }
        }
    }
}
