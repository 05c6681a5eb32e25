import ArgumentParser
import Basics
import CommandLineSupport
import Concurrency
import Files
import Foundation
import Protocol
import Sending

/// `receipts`: shows what receivers have signed.
struct ReceiptsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipts",
        abstract: "List, verify and export the signed receipts of delivered studies.",
        discussion: """
            Verifies each signature against the cards that are trusted, or were (former/), and that the receipts are about the signed \
            list of files that was sent. An exported file holds the manifest and all receipts; anyone with the two cards can verify it.

            Exit codes: 0 all that was asked for is verified, 64 there are no receipts of such a transfer, 65 a file is damaged or forged, \
            77 the receiver's card is not there.
            """)

    @Argument(help: ArgumentHelp("Transfers, by their numbers or the numbers' beginnings; all without any.", valueName: "transfer"))
    var transfers: [String] = []

    @Option(help: ArgumentHelp("Copy the verified files into this folder.", valueName: "dir"), completion: .directory)
    var export: String?

    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    /// The `--json` line of one transfer.
    private struct Line: Encodable, Sendable {
        let event = "receipts"
        let transfer: String
        let isVerified: Bool
        var reason: String?
        var study: String?
        var receiver: String?
        var time: Date?
        var restored: Int?
        var failed: Int?
        var withdrawn: Int?
        /// The receiver has signed for these files, but not for the study as a whole.
        var isPartial: Bool?
        /// The receiver's card was trusted when the receipt came, and is not any more.
        var isByFormerCard: Bool?
        let file: String
    }

    func run() async throws {
        output.bootstrap()
        OutputQueue.waitForReaders()
        try await reportingFailures {
            let home = try home.existing()
            let own = try Identity.load(from: home).card()
            let trust = try TrustStore(home: home)
            let former = try FormerCards(home: home).cards()
            let pool = WorkerPool(label: "veilray.receipts", width: 1)
            let paths = try await pool.run { [archive = ReceiptArchive(home: home), transfers] in try archive.files(of: transfers) }
            var table = Table([
                ("transfer", .left), ("time", .left), ("receiver", .left), ("restored", .right), ("failed", .right),
                ("withdrawn", .right), ("signatures", .left),
            ])
            var worst = ExitStatus.success
            let json = output.jsonLines
            for path in paths {
                let (line, status) = try await pool.run { [export] in Self.examine(path, own, trust, former, export: export) }
                worst = max(worst, status)
                json?.write(line)
                table.add([
                    String(line.transfer.prefix(12)), line.time.map { $0.formatted(.iso8601) } ?? "", line.receiver ?? "",
                    line.restored.map(String.init) ?? "", line.failed.map(String.init) ?? "", line.withdrawn.map(String.init) ?? "",
                    line.reason
                        ?? (line.isPartial == true ? "good, of a part" : "good")
                            + (line.isByFormerCard == true ? ", by a card that is not trusted any more" : ""),
                ])
            }
            if json == nil { for text in paths.isEmpty ? ["There are no receipts."] : table.lines { Console.say(text) } }
            guard worst == .success else { throw worst.exitCode }
        }
    }

    private static func examine(
        _ path: String, _ own: Card, _ trust: TrustStore, _ former: [Card], export: String?
    ) -> (Line, ExitStatus) {
        let transfer = ReceiptArchive.transferID(ofFileAt: path)
        do {
            let bytes = try WholeFile.read(path)
            let archived = try ArchivedTransfer(text: String(decoding: bytes, as: UTF8.self), own: own, trust: trust, former: former)
            guard archived.manifest.transferID.description == transfer else {
                throw ProtocolError(.receiptInvalid, "the file is named after another transfer", subject: path)
            }
            if let export { try AtomicFile.replace("\(export)/\((path as NSString).lastPathComponent)", with: bytes, mode: 0o600) }
            let line = Line(
                transfer: transfer, isVerified: true, study: archived.manifest.studyUID.text, receiver: archived.peer.name.text,
                time: archived.time, restored: archived.restored, failed: archived.receipts.count - archived.restored,
                withdrawn: archived.studyReceipt?.tally.withdrawn, isPartial: archived.studyReceipt == nil ? true : nil,
                isByFormerCard: archived.isTrusted ? nil : true, file: path)
            return (line, .success)
        } catch {
            let status = ExitStatus(of: error)
            let isForged = (error as? ProtocolError)?.code == .badSignature
            return (Line(transfer: transfer, isVerified: false, reason: "\(error)", file: path), isForged ? .badData : status)
        }
    }
}
