import ArgumentParser
import Basics
import CommandLineSupport
import Foundation
import Replying

/// `replies`: what was answered, and who knows of it.
struct RepliesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replies",
        abstract: "Show the replies that were given, and who has acknowledged them.",
        discussion: """
            A critical reply is open until a person at the clinic has acknowledged it. The columns have the clocks of both sides: 'given' \
            and 'known here' are this side's, 'acknowledged' is the clinic's.
            """)

    @Option(help: ArgumentHelp("How many to list.", valueName: "n"))
    var limit = 20

    @Flag(help: "Only critical replies that are not acknowledged yet.")
    var open = false

    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        guard limit >= 0 else { throw ValidationError("--limit takes a number from 0") }
    }

    func run() async throws {
        output.bootstrap()
        OutputQueue.waitForReaders()
        try await reportingFailures {
            let home = try home.existing()
            let records = try await ReplyList(home: home)?.own(limit: limit, onlyOpen: open) ?? []
            if let json = output.jsonLines {
                for record in records { json.write(ReplyLine(record)) }
            } else {
                Self.show(records)
            }
        }
    }

    private static func show(_ records: [ReplyRecord]) {
        guard !records.isEmpty else { return Console.say("There are no replies.") }
        var table = Table([
            ("reply", .left), ("answers", .left), ("to", .left), ("version", .right), ("status", .left), ("critical", .left),
            ("given", .left), ("acknowledged", .left), ("by", .left), ("known here", .left), ("clocks", .left), ("call", .left),
        ])
        for record in records {
            let words = record.acknowledgedWords
            table.add([
                String(record.transfer.prefix(12)), String(record.answered.prefix(12)), record.peerName, String(record.version),
                record.reportStatus, record.isCritical ? "category \(record.category)" : "", record.time.formatted(.iso8601),
                words?.time.formatted(.iso8601) ?? (record.isCritical ? "open" : ""), words?.by ?? "",
                record.acknowledged?.formatted(.iso8601) ?? "", record.clockRemark ?? "", record.callback ?? "",
            ])
        }
        for line in table.lines { Console.say(line) }
    }
}

/// A reply as a `--json` line; docs/json/inbox.md lists them.
struct ReplyLine: Encodable, Sendable {
    let event = "reply"
    let reply: String
    let transfer: String
    let peer: String
    let version: Int
    let status: String
    let author: String
    let time: String
    let criticality: Int
    let folder: String
    let callback: String?
    let acknowledgedBy: String?
    let acknowledgedTime: String?
    let acknowledgedHere: String?
    let readBack: String?
    let clocks: String?
    let files: [String]?

    init(_ record: ReplyRecord, files: [String]? = nil) {
        reply = record.transfer
        transfer = record.answered
        peer = record.peerName
        version = record.version
        status = record.reportStatus
        author = record.author
        time = record.time.formatted(.iso8601)
        criticality = record.category
        folder = record.folder
        callback = record.callback
        acknowledgedBy = record.acknowledgedWords?.by
        acknowledgedTime = record.acknowledgedWords?.time.formatted(.iso8601)
        acknowledgedHere = record.acknowledged?.formatted(.iso8601)
        readBack = record.acknowledgedWords?.readBack
        clocks = record.clockRemark
        self.files = files
    }
}
