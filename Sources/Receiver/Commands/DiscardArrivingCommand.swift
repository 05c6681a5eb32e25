import Protocol
import ArgumentParser
import Basics
import CommandLineSupport
import Concurrency
import Foundation
import Receiving

/// `discard`: gives up studies whose senders will not return.
struct DiscardArrivingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard",
        abstract: "Give up studies that are arriving and whose senders will not return.",
        discussion: """
            Ends the study as incomplete: forgets its key and removes the stego files in its spool. Restored files stay where they are; \
            those that --whole-studies kept back appear. Should the sender come again all the same, the study goes on with the missing \
            files. Asks first; without a terminal it needs --yes. Not while 'serve' runs: stop that before.

            Example: veilray-receive discard f31e24

            Exit codes: 0 discarded, 64 there is no such transfer, it has ended already, or --yes is missing, 75 'serve' runs, or the \
            answer was no.
            """)

    @Argument(
        help: ArgumentHelp(
            "Transfers, by their numbers or at least the first six digits, as 'status' shows them.", valueName: "transfer"),
        transform: TransferPrefix.argument)
    var transfers: [TransferPrefix]

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() async throws {
        output.bootstrap()
        try await reportingFailures {
            let state = try home.stateWithInbox(to: "discard")
            // Not held while a person thinks: 'serve' may start meanwhile.
            _ = try InboxLock.takeAtOnce(in: state)
            let discarding = try ArrivingStudyDiscarding(
                inbox: try Inbox(state: state), state: state, pool: WorkerPool(label: "veilray.discard", width: 1))
            let candidates = try await discarding.candidates(transfers)
            try Confirmation.require(
                isGiven: yes, candidates.map(\.description), "Discard \(candidates.count == 1 ? "it" : "them") for good?")
            let lock = try InboxLock.takeAtOnce(in: state)
            let reporter = ReceiverReporter(json: output.jsonLines)
            for candidate in candidates { try await discarding.discard(candidate.transfer, tell: reporter.reportDiscarded) }
            withExtendedLifetime(lock) {}
        }
    }
}

extension HomeOptions {
    /// The state of a home in which something has arrived.
    ///
    /// - Parameter purpose: what is to be done with it, as the message says it.
    /// - Throws: `OperationFailure` `.invalidRequest` where nothing has.
    func stateWithInbox(to purpose: String) throws(OperationFailure) -> URL {
        let state = try existing().state
        guard Inbox.exists(in: state) else {
            throw OperationFailure(.invalidRequest, "nothing has arrived yet at \(state.path); there is nothing to \(purpose)")
        }
        return state
    }
}
