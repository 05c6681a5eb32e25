import ArgumentParser
import CodecWorkers
import CommandLineSupport
import MarkCommands
import Protocol
import Replying
import Sending
import SendingCommandLine

/// `study`: sends studies and waits for the receipts.
struct StudyCommand: AsyncParsableCommand, StudyCommandOptions, CollectingCommandOptions {
    static let configuration = CommandConfiguration(
        commandName: "study",
        abstract: "Send the studies found in files and folders.",
        discussion: """
            Groups the files into studies and puts them into the outbox, where nothing gets lost when a link is cut, a program killed or a \
            machine switched off. Seals each file as an anonymous stego image, opens it again and compares, and sends it to the receiver, \
            which restores it and answers with a signed receipt. A link that breaks is made again, and sending goes on where it was. Ends \
            when every file is delivered and verified, or says which are not and why; files that are not delivered for now stay in the \
            outbox (deliver, status).

            Example: veilray-send study /images/today --to lee --address radiology.example.org:7717

            Exit codes: 0 delivered and verified, 64 wrong usage, 65 a file is no usable DICOM, 69 the receiver shares no version or \
            codec, 74 a file cannot be read, 75 kept in the outbox for later, 77 not trusted. The largest of them counts.
            """)

    @Argument(help: ArgumentHelp("Files and folders; folders are searched throughout.", valueName: "path"), completion: .file())
    var paths: [String]

    @OptionGroup var destination: DestinationOptions

    @Option(
        help: ArgumentHelp(
            "Stop trying when nothing has gone forward for so long; the study stays in the outbox.",
            discussion: "For example 90s, 10m, 2h; 0 tries once.", valueName: "duration"))
    var giveUpAfter = DurationArgument(.seconds(600))

    @Flag(help: "Put the studies into the outbox only; 'deliver' sends them.")
    var noWait = false

    @OptionGroup(title: "Order") var order: OrderOptions
    @OptionGroup(title: "Sealing") var sealing: SealingOptions
    @OptionGroup(title: "Region of interest") var region: RegionOptions
    @OptionGroup(title: "Text in the pixels") var redaction: RedactionOptions
    @OptionGroup(title: "Delivery") var delivery: DeliveryOptions
    @OptionGroup(title: "Replies") var collecting: CollectingOptions
    @OptionGroup(title: "Replies") var replyOptions: ReplyOptions
    @OptionGroup(title: "Replies") var forwarding: ForwardOptions
    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws { try validateReplies() }

    func run() async throws {
        output.bootstrap()
        try await reportingFailures {
            let reporter = SenderReporter(json: output.jsonLines)
            let metrics = try DeliveryMetrics(path: delivery.metrics)
            var opened = try await DeliveryResources.open(home.existing(), observer: reporter)
            let replies = try await ReplyTaking.collecting(
                &opened, noWait ? nil : replyChoices(opened.home), observer: ReplyReporter(json: output.jsonLines))
            let resources = opened
            let sender = try ReceiverEndpoint(identity: resources.identity, trust: resources.trust, to: destination.to)
            let choices = try studyChoices()
            let given = try destination.givenAddress()
            let address = try sender.address(override: given)
            if !noWait {
                sender.begin(resources.earlyConnection, to: address)
                CodecWorkers.prepare()
            }
            try await resources.earlyConnection.abandonedAfterwards {
                let studies = try await StudyScanner(pool: resources.pool).studies(at: paths, reporter)
                let marks = try MarkedOriginals(home: try home.existing(), identity: resources.identity)
                try await marks.tell(of: studies.flatMap(\.instances).map { ($0.path, $0.name) }, json: output.jsonLines)
                let orders = studies.map { plan in
                    StudyOrder(
                        plan: plan, peer: sender.peer, address: given, priority: destination.priority, choices: choices.sealing,
                        details: choices.details)
                }
                let drain = OutboxDrain(resources: resources, patience: giveUpAfter.duration, source: nil)
                try await stoppedBySignals { [noWait] in
                    try await metrics.keepingUpToDate(resources) {
                        try await resources.watchingTrust {
                            try await reporter.showingProgress {
                                try await replies.collecting {
                                    try await Self.send(orders, noWait ? nil : drain, resources, reporter)
                                }
                            }
                        }
                    }
                }
            }
            try reporter.conclude()
        }
    }

    /// - Parameter drain: delivers them; `nil` to leave that to others.
    private static func send(
        _ orders: [StudyOrder], _ drain: OutboxDrain?, _ resources: DeliveryResources, _ reporter: SenderReporter
    ) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for order in orders {
                let taken = try await resources.outbox.enqueue(order, signedBy: resources.identity)
                guard let drain else {
                    reporter.leave(SenderEvent.Queued(taken))
                    continue
                }
                reporter.observe(.queued(SenderEvent.Queued(taken)))
                group.addTask { _ = await drain.deliver(taken) }
            }
        }
    }
}
