import ArgumentParser
import Basics
import CodecWorkers
import CommandLineSupport
import Foundation
import Protocol
import Replying
import Sending
import SendingCommandLine

/// `acknowledge`: tells a radiologist that a person knows of a reply.
struct AcknowledgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "acknowledge",
        abstract: "Tell a radiologist, signed, that a person here knows of a reply.",
        discussion: """
            Ends the alarms of a critical reply on both sides. The statement names the person, the role, the time by this side's clock and \
            the finding in the person's own words, and travels to the radiologist as a study of one file, a structured report of the \
            communication. The first statement on a reply counts; there is no second.

            Where the radiologist cannot be reached, the statement waits in the outbox, and alarms end here all the same: call, if it \
            matters when the radiologist knows.

            Example: veilray-send acknowledge 7c1b09 --by "Nurse Bell" --role "ward 3" --read-back "pneumothorax"

            Exit codes: 0 delivered, 64 there is no such reply or it was acknowledged before, 74 the reply's documents are gone, 75 kept \
            in the outbox for later, 77 the radiologist's card is not trusted any more.
            """)

    @Argument(
        help: ArgumentHelp("The reply, by its number or at least its first six digits, as its event shows it.", valueName: "reply"),
        transform: TransferPrefix.argument)
    var reply: TransferPrefix

    @Option(help: ArgumentHelp("Who knows of it.", valueName: "name"))
    var by: String

    @Option(help: ArgumentHelp("What that person is here: physician on call, ward nurse.", valueName: "role"))
    var role: String

    @Option(help: ArgumentHelp("The finding in that person's own words.", valueName: "text"))
    var readBack: String?

    @Option(
        help: ArgumentHelp(
            "Where the radiologist listens; by default where the last study went, or what the card says.", valueName: "host:port"))
    var address: String?

    @Option(help: ArgumentHelp("Stop trying when nothing has gone forward for so long; 0 tries once.", valueName: "duration"))
    var giveUpAfter = DurationArgument(.seconds(60))

    @Flag(help: "Put the statement into the outbox only; 'deliver' or 'watch' sends it.")
    var noWait = false

    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() async throws {
        output.bootstrap()
        try await reportingFailures {
            let home = try home.existing()
            guard let list = try ReplyList(home: home) else {
                throw OperationFailure(.invalidRequest, "no reply has come yet at \(home.state.path)")
            }
            let record = try await list.received(meantBy: reply)
            let done = try await AcknowledgementDesk(home: home)
                .acknowledge(record, by: by, role: role, readBack: readBack, address: try address.map { try PeerAddress($0) })
            tell(done)
            let reporter = SenderReporter(json: output.jsonLines)
            guard !noWait else {
                if case .new(_, let lock) = done.queued { lock.release() }
                return
            }
            let resources = try await DeliveryResources.open(home, observer: reporter)
            CodecWorkers.prepare()
            let drain = OutboxDrain(resources: resources, patience: giveUpAfter.duration, source: nil)
            try await stoppedBySignals { try await resources.watchingTrust { _ = await drain.deliver(done.queued) } }
            try reporter.conclude()
        }
    }

    private func tell(_ done: AcknowledgementDesk.Done) {
        if let json = output.jsonLines { return json.write(AcknowledgedLine(done)) }
        Console.say("Reply \(done.record.transfer.prefix(12)) from \(done.record.peerName) is acknowledged by \(by), \(role).")
    }
}

/// The `--json` line of `acknowledge`; docs/json/sending.md lists it.
struct AcknowledgedLine: Encodable, Sendable {
    let event = "acknowledged"
    let reply: String
    let peer: String
    let by: String
    let time: String
    /// The study that carries it.
    let transfer: String

    init(_ done: AcknowledgementDesk.Done) {
        reply = done.record.transfer
        peer = done.record.peerName
        by = "\(done.acknowledgement.person), \(done.acknowledgement.role)"
        time = done.acknowledgement.time.formatted(.iso8601)
        transfer = done.queued.study.transferID.description
    }
}
