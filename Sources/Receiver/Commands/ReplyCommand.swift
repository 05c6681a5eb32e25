import ArgumentParser
import Basics
import CommandLineSupport
import Files
import Foundation
import Protocol
import Receiving
import Replying

/// `reply`: answers a study.
struct ReplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reply",
        abstract: "Send a report on a study back to the clinic that it came from.",
        discussion: """
            Makes a structured report (Basic Text SR), a PDF and a selection of key images under the study's own UID, and puts them into \
            the outbox: 'serve' sends them when the clinic connects. The report is signed, and bound to the transfer that it answers and \
            to the very files that it had.

            A text may have headings, such as Findings: or Impression:, on lines of their own; they become the report's sections. With \
            --pdf the radiologist's own PDF is sent as it is, and --dicom sends objects of a workstation. Where there is a key image, the \
            report's text travels in its pixels.

            Nothing is ever replaced: each reply to a study is a version, and names the one before. Asks first where the study is not \
            complete or was discarded; without a terminal it needs --yes.

            Example: veilray-receive reply f31e24 --text report.txt --key-image 3/17.dcm --author "Lee^Robin"

            Exit codes: 0 in the outbox, 64 there is no such transfer, nothing is given, or --yes is missing, 65 a text that is not UTF-8, \
            a PDF that is none, a document of another study, 74 a file cannot be read, 75 the answer was no, 77 the clinic's card is not \
            trusted any more.
            """)

    @Argument(
        help: ArgumentHelp("The transfer, by its number or at least its first six digits, as 'status' shows it.", valueName: "transfer"),
        transform: TransferPrefix.argument)
    var transfer: TransferPrefix

    @Option(help: ArgumentHelp("The report: a text file in UTF-8, or - for standard input.", valueName: "file"), completion: .file())
    var text: String?

    @Option(help: ArgumentHelp("The report as PDF; it is sent as it is.", valueName: "file"), completion: .file())
    var pdf: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("DICOM objects of this study: structured reports, segmentations, key images.", valueName: "file"),
        completion: .file())
    var dicom: [String] = []

    @Option(help: ArgumentHelp("What the report says of itself: \(Self.statusNames).", valueName: "status"))
    var status: ReportStatus = .final

    @Option(
        help: ArgumentHelp("The clinic must know within minutes (1), hours (2) or days (3), and acknowledge it.", valueName: "category"))
    var critical: Int?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Images that show it: restored files, with their frames where they have several (FILE#3,7).", valueName: "file#frame"),
        completion: .file())
    var keyImage: [String] = []

    @Option(help: ArgumentHelp("Who gives the report; by default this identity's name.", valueName: "name"))
    var author: String?

    @Option(help: ArgumentHelp("Whom the clinic can call: \"name, telephone number\".", valueName: "text"))
    var callback: String?

    @Option(help: ArgumentHelp("The report's language: de, fr-CH.", valueName: "code"))
    var language: String?

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    private static let statusNames = ReportStatus.allCases.map(\.rawValue).joined(separator: ", ")
    /// More key images are a study.
    private static let mostKeyImages = 20

    func validate() throws {
        guard text != nil || pdf != nil || !dicom.isEmpty else { throw ValidationError("give the report: --text, --pdf or --dicom") }
        guard critical.map((1...3).contains) ?? true else { throw ValidationError("--critical takes 1, 2 or 3") }
        guard keyImage.count <= Self.mostKeyImages else { throw ValidationError("at most \(Self.mostKeyImages) images are key images") }
        guard keyImage.allSatisfy({ ReplyRequest.KeyImage($0) != nil }) else {
            throw ValidationError("--key-image takes FILE or FILE#3,7; frames are counted from 1")
        }
        guard language?.wholeMatch(of: /[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*/) != nil || language == nil else {
            throw ValidationError("--language takes a code such as de or fr-CH")
        }
    }

    func run() async throws {
        output.bootstrap()
        try await reportingFailures {
            let home = try home.existing()
            let inbox = try Inbox(state: try self.home.stateWithInbox(to: "reply to"))
            let desk = try ReplyDesk(home: home, inbox: inbox)
            let study = try await desk.study(transfer)
            let request = try request(try Identity.load(from: home))
            if !study.doubts.isEmpty {
                try Confirmation.require(isGiven: yes, study.doubts, "Send this \(status.rawValue) report all the same?")
            }
            report(try await desk.send(request, to: study))
        }
    }

    private func request(_ identity: Identity) throws -> ReplyRequest {
        var request = ReplyRequest(author: author ?? identity.name.text)
        request.text = try text.map { try $0 == "-" ? Self.standardInput() : WholeFile.read($0, limit: ReplyRequest.maximumTextByteCount) }
        request.pdf = try pdf.map(Self.file)
        request.documents = try dicom.map(Self.file)
        request.status = status
        request.criticality = critical.flatMap(Criticality.init) ?? .none
        request.keyImages = keyImage.compactMap(ReplyRequest.KeyImage.init)
        request.callback = callback
        request.language = language
        return request
    }

    private static func file(_ path: String) throws -> ReplyRequest.File {
        ReplyRequest.File(name: path, bytes: try WholeFile.read(path, limit: ReplyRequest.maximumDocumentByteCount))
    }

    private static func standardInput() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let block = try FileHandle.standardInput.read(upToCount: 65_536), !block.isEmpty {
            bytes += block
            guard bytes.count <= ReplyRequest.maximumTextByteCount else {
                throw OperationFailure(.badData, "the text on standard input is longer than a report may be")
            }
        }
        return bytes
    }

    private func report(_ sent: ReplyDesk.Sent) {
        for remark in sent.remarks { Console.complain(remark) }
        let record = sent.record
        if let json = output.jsonLines { return json.write(ReplyLine(record, files: sent.files)) }
        Console.say(
            "Version \(record.version), \(record.reportStatus), is in the outbox as \(record.transfer.prefix(12)): \(record.peerName) gets it "
                + "when it connects. Files: \(sent.files.count), in \(record.folder).")
    }
}

extension ReportStatus: ExpressibleByArgument {}
