import ArgumentParser
import Basics
import CommandLineSupport
import Concurrency
import Crypto
import DICOM
import Files
import Foundation
import Protocol
import Receiving
import StegoKit

/// `open`: restores stored stego files.
struct OpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Restore stored stego files.",
        discussion: """
            Opens files that 'veilray-send seal' made for this identity, or that 'serve --keep-stego' kept. The key comes from the capsule \
            in the file, or from the keyring when an archive has stripped it. A file that an archive has stripped so far that it cannot be \
            proven exact is written all the same, told, and gives exit code 65.

            Example: veilray-receive open archive/ --into ~/studies
            """)

    @OptionGroup var stored: StoredFilesOptions

    func run() async throws { try await stored.restore() }
}

/// `decrypt`: restores files whose samples are enciphered.
struct DecryptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decrypt",
        abstract: "Restore files whose pixels are enciphered.",
        discussion: """
            Opens files that 'veilray-send encrypt' made for this identity, wherever they rested. Enciphered samples that were changed are \
            refused. 'open' does the same; it tells by itself what a file is.

            Example: veilray-receive decrypt archive/ --into ~/studies
            """)

    @OptionGroup var stored: StoredFilesOptions

    func run() async throws { try await stored.restore() }
}

/// Stego files at rest, and where their originals go.
struct StoredFilesOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("Stego files and folders of them.", valueName: "path"), completion: .file())
    var paths: [String]

    @OptionGroup(title: "Restored files") var publishing: PublishingOptions
    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func restore() async throws {
        output.bootstrap()
        OutputQueue.waitForReaders()
        publishing.permissions.apply()
        try await reportingFailures {
            let home = try home.existing()
            let reporter = ReceiverReporter(json: output.jsonLines)
            let opener = StoredFileOpener(
                keys: StudyKeyFinder(identity: try Identity.load(from: home), keyring: Keyring(home: home)),
                publisher: publishing.publisher)
            var failures: [FailureKind] = []
            var restored = 0
            let pool = WorkerPool(label: "veilray.restore")
            let files = try await pool.run { [paths] in try FileFinder.files(below: paths) }
            guard !files.isEmpty else { throw OperationFailure(.badData, "there are no files at \(paths.joined(separator: ", "))") }
            try await pool.forEach(files) {
                opener.open($0)
            } receive: { report, failure in
                if let failure { failures.append(failure) }
                if report.status == .restored { restored += 1 }
                reporter.observe(.instance(report))
            }
            if !output.json { Console.say("\(restored) of \(files.count) files restored into \(publishing.into).") }
            if let worst = failures.map({ ExitStatus($0) }).max() { throw worst.exitCode }
        }
    }
}
