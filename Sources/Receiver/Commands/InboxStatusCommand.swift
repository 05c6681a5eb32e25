import ArgumentParser
import Basics
import CommandLineSupport
import Foundation
import Protocol
import Receiving

/// `status`: what has arrived, what is arriving, what waits to be forwarded.
struct InboxStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the studies that are arriving, complete, or waiting to be forwarded.",
        discussion: """
            Reads the journal and changes nothing in it, also while 'serve' runs. Patient, date and description are those of the first \
            restored file of a study; they are forgotten when the study is discarded.
            """)

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
            let state = try home.existing().state
            guard Inbox.exists(in: state) else {
                if !output.json { Console.say("Nothing has arrived yet.") }
                return
            }
            let inbox = try Inbox(reading: state)
            let studies = try await inbox.studies(limit: limit)
            // Where the cards cannot be read, nothing is said of them.
            let trust = try? TrustStore(home: home.home)
            if let json = output.jsonLines {
                for study in studies { json.write(ReceiverEvent.StudyStatusLine(study, isTrusted: Self.isTrusted(study, trust))) }
            } else {
                Self.show(studies, trust)
            }
        }
    }

    private static func isTrusted(_ study: StudyStatus, _ trust: TrustStore?) -> Bool? {
        trust.map { $0.peer(fingerprint: study.sender) != nil }
    }

    private static func show(_ studies: [StudyStatus], _ trust: TrustStore?) {
        guard !studies.isEmpty else { return Console.say("Nothing has arrived yet.") }
        var table = Table([
            ("transfer", .left), ("from", .left), ("state", .left), ("restored", .right), ("of", .right), ("spooled", .right),
            ("began", .left), ("patient", .left), ("date", .left), ("study", .left),
            ("due", .left), ("question", .left), ("callback", .left), ("folder", .left), ("forwarded", .left),
            ("anonymous study", .left),
        ])
        for study in studies {
            table.add([
                String(study.transfer.description.prefix(12)), study.peer, study.describedState(isTrusted: isTrusted(study, trust)),
                String(study.instances[.restored] ?? 0), String(study.instances.values.reduce(0, +)), Quantities.bytes(study.spooledBytes),
                study.opened.formatted(.iso8601), study.heading?.patient ?? "", study.heading?.studyDate ?? "",
                [study.heading?.modality, study.heading?.studyDescription].compactMap(\.self).joined(separator: " "),
                due(study.order), study.order?.question.map { PlainText.harmless($0) } ?? "",
                study.order?.callback.map { PlainText.harmless($0) } ?? "", study.folder ?? "",
                forwarding(of: study), study.studyUID,
            ])
        }
        for line in table.lines { Console.say(line) }
    }

    /// The time at which the clinic needs the answer, and whether it is urgent.
    private static func due(_ order: ClinicalOrder?) -> String {
        [order?.isUrgent == true ? "stat" : nil, order?.due?.formatted(.iso8601)].compactMap(\.self).joined(separator: " ")
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
