import ArgumentParser
import CommandLineSupport
import Foundation

/// `status`: what has arrived, what is arriving, what waits to be handed on.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show what is arriving, what is complete, and what waits to be handed on.",
        discussion: "Reads the journal and changes nothing in it, also while 'serve' runs.")

    @Option(help: ArgumentHelp("How many finished studies to list.", valueName: "n"))
    var limit = 20

    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        guard limit >= 0 else { throw ValidationError("--limit takes a number from 0") }
    }

    func run() async throws {
        output.bootstrap()
        OutputQueue.waitForReaders()
        try await reportingFailures {
            guard FileManager.default.fileExists(atPath: Inbox.path(in: try home.existing().state)) else {
                if !output.json { Console.say("Nothing has arrived yet.") }
                return
            }
            let inbox = try Inbox(reading: home.home.state)
            let studies = try await inbox.studies(limit: limit)
            if let json = output.jsonLines {
                for study in studies { json.write(ReceiverReport.StudyStatusLine(study)) }
            } else {
                show(studies)
            }
        }
    }

    private func show(_ studies: [StudyStatus]) {
        guard !studies.isEmpty else { return Console.say("Nothing has arrived yet.") }
        var table = Table([
            ("transfer", .left), ("study", .left), ("from", .left), ("state", .left), ("restored", .right), ("of", .right),
            ("spooled", .right),
            ("began", .left), ("handed on", .left),
        ])
        for study in studies {
            table.add([
                String(study.transfer.prefix(12)), study.studyUID, study.peer,
                study.discarded == nil ? study.state.rawValue : "discarded", String(study.instances[.restored] ?? 0),
                String(study.instances.values.reduce(0, +)), Quantities.bytes(study.spooledBytes), study.opened.formatted(.iso8601),
                Self.forwarding(of: study),
            ])
        }
        for line in table.lines { Console.say(line) }
    }

    private static func forwarding(of study: StudyStatus) -> String {
        switch study.forwarding {
        case nil: ""
        case .done: "yes"
        case .waiting: study.forwardingReason.map { "waits: \($0)" } ?? "waits"
        case .refused: "refused: \(study.forwardingReason ?? "")"
        case .dropped: "dropped"
        }
    }
}
