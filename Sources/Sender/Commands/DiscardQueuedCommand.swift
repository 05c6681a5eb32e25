import Protocol
import ArgumentParser
import Basics
import CommandLineSupport
import Concurrency
import Sending

/// `discard`: takes studies out of the outbox.
struct DiscardQueuedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard",
        abstract: "Take studies out of the outbox that are not to be delivered any more.",
        discussion: """
            Forgets the study's key and removes its sealed files; the originals stay where they are, but for those in a watched folder, \
            which the next 'watch' moves to failed/. Files that the receiver has restored stay delivered, and their receipts are kept. \
            Asks first; without a terminal it needs --yes. A study that a running veilray-send delivers is left alone: stop that program \
            before.

            Example: veilray-send discard f31e24

            Exit codes: 0 discarded, 64 there is no such transfer, it is closed already, or --yes is missing, 75 it is being delivered, or \
            the answer was no.
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
            let home = try home.existing()
            guard Outbox.isThere(in: home) else {
                throw OperationFailure(.invalidRequest, "nothing was ever sent from \(home.state.path); there is nothing to discard")
            }
            let pool = WorkerPool(label: "veilray.discard", width: 1)
            let outbox = try await pool.run { try Outbox(home: home) }
            try await outbox.clean()
            let discarding = QueuedStudyDiscarding(outbox: outbox, archive: ReceiptArchive(home: home), pool: pool)
            let candidates = try await discarding.candidates(transfers)
            try Confirmation.require(
                isGiven: yes, candidates.map(\.description), "Discard \(candidates.count == 1 ? "it" : "them") for good?")
            for candidate in candidates { tell(try await discarding.discard(candidate.study.transferID)) }
        }
    }

    private func tell(_ event: SenderEvent.Discarded) {
        if let json = output.jsonLines { return json.write(event) }
        var text =
            "Discarded \(event.transfer.prefix(12)) to \(event.to). Not delivered: "
            + "\(event.discarded) of \(event.delivered + event.discarded) files."
        if let receipts = event.receipts { text += " What was signed for is in \(receipts)." }
        Console.say(text)
    }
}
