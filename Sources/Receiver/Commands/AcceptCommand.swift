import ArgumentParser
import CommandLineSupport
import Concurrency
import Foundation
import Receiving

/// `accept`: makes files that were set aside for a conflict the current versions.
struct AcceptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: "Make files that were set aside in 'conflicts' the current versions.",
        discussion: """
            A file that claims to be the same instance as another one that came before, as after a correction of its header, is set aside. \
            This command puts it in the place of the earlier one, which moves to the folder 'versions' beside 'conflicts' and is never \
            deleted. Sent again, the accepted file is known. Where the earlier one was forwarded to a PACS ('serve --forward'), the \
            accepted one is, too. Receipts stay as they were signed.

            Asks first; without a terminal it needs --yes. It may run beside 'serve'. Killed at any moment, the same command once more \
            completes it.

            Example: veilray-receive accept ~/studies/conflicts/4711

            Exit codes: 0 accepted, also before, 64 nothing was set aside there, several versions of one instance are meant, or --yes is \
            missing, 65 a file was changed since it was set aside, 74 a file cannot be moved, 75 another 'accept' runs, the study of the \
            earlier version has not come to its end, or the answer was no.
            """)

    @Argument(
        help: ArgumentHelp("Files in the folder 'conflicts', and folders of them.", valueName: "path"), completion: .file())
    var paths: [String]

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() async throws {
        output.bootstrap()
        try await reportingFailures {
            let state = try home.stateWithInbox(to: "accept")
            let acceptance = ConflictAcceptance(inbox: try Inbox(state: state), pool: WorkerPool(label: "veilray.accept", width: 1))
            let asked = try await acceptance.candidates(paths)
            let open = asked.filter { $0.accepted == nil }
            if !open.isEmpty {
                try Confirmation.require(
                    isGiven: yes, open.map(ConflictAcceptance.description),
                    "Put \(open.count == 1 ? "it" : "them") in the place of the earlier \(open.count == 1 ? "version" : "versions")?")
            }
            let lock = try AcceptanceLock.take(in: state)
            let reporter = ReceiverReporter(json: output.jsonLines)
            // Not held while a person thinks: another one may have accepted some of them meanwhile.
            for file in try await acceptance.candidates(asked.map(\.path)) {
                reporter.report(ReceiverEvent.Accepted(try await acceptance.accept(file)))
            }
            withExtendedLifetime(lock) {}
        }
    }
}
