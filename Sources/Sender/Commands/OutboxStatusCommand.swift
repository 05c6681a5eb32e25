import ArgumentParser
import Basics
import CommandLineSupport
import Concurrency
import Foundation
import Protocol
import Sending

/// `status`: shows the studies in the outbox.
struct OutboxStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the studies that wait in the outbox and those that were delivered.",
        discussion: """
            One line for each study that is not delivered yet, and for each that was closed in the last days (--days). Exit code 75 while \
            any study waits, else 0. Patient, study date and folder are those of the first file of a study; they never leave this side.
            """)

    @Option(help: ArgumentHelp("Show studies that were closed within so many days.", valueName: "n"))
    var days = 7

    @Flag(help: "Show the files too.")
    var files = false

    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        guard days >= 0 else { throw ValidationError("--days takes 0 or more") }
    }

    func run() async throws {
        output.bootstrap()
        OutputQueue.waitForReaders()
        try await reportingFailures {
            let pool = WorkerPool(label: "veilray.status", width: 1)
            let outbox = try await pool.run { [home = try home.existing()] in try Outbox(reading: home) }
            guard let outbox else { return show("The outbox is empty.") }
            let studies = try await outbox.overview(closedAfter: Date(timeIntervalSinceNow: -86_400 * Double(days)))
            if let json = output.jsonLines {
                for study in studies {
                    json.write(study)
                    guard files else { continue }
                    for file in try await outbox.files(of: study) { json.write(file) }
                }
            } else {
                try await show(studies, outbox)
            }
            guard !studies.contains(where: { $0.state == .queued }) else { throw ExitStatus.tryAgain.exitCode }
        }
    }

    private func show(_ text: String) {
        if !output.json { Console.say(text) }
    }

    private func show(_ studies: [OutboxOverview.Study], _ outbox: Outbox) async throws {
        guard !studies.isEmpty else { return show("The outbox is empty.") }
        var table = Table([
            ("transfer", .left), ("to", .left), ("priority", .left), ("state", .left), ("files", .right), ("receipted", .right),
            ("failed", .right), ("bytes", .right), ("age", .right), ("patient", .left), ("date", .left), ("folder", .left),
            ("last error", .left),
        ])
        for study in studies {
            table.add([
                study.transfer.short, study.to, study.priority.rawValue, study.isActive ? "under way" : study.state.rawValue,
                String(study.files), String(study.acknowledged), String(study.failed + study.withdrawn),
                Quantities.bytes(study.originalBytes), Quantities.duration(max(0, -study.created.timeIntervalSinceNow)),
                [study.patientName, study.patientID].compactMap(\.self).joined(separator: ", "), study.studyDate ?? "",
                study.folder ?? "", study.lastError ?? "",
            ])
            guard files else { continue }
            for file in try await outbox.files(of: study) {
                table.add([
                    "  " + file.name, "", "", file.state.rawValue, "", "", "", Quantities.bytes(file.originalBytes), "", "", "", "",
                    file.reason ?? "",
                ])
            }
        }
        for line in table.lines { Console.say(line) }
    }
}
