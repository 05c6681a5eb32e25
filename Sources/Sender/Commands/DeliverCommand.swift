import ArgumentParser
import CommandLineSupport
import Operations
import Protocol
import Sending

/// `deliver`: sends what waits in the outbox.
struct DeliverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliver",
        abstract: "Send the studies that wait in the outbox.",
        discussion: """
            Goes on with every study that is not delivered yet, urgent ones first, also with those that other commands put into the \
            outbox meanwhile, and tries again after each failure until it is stopped: the command for a service that starts with the \
            machine. With --once it tries each study that waits now, and ends. Studies that another process delivers are left to it.

            SIGTERM and SIGINT stop it and keep everything. SIGHUP reads the trusted cards again and tries at once.

            Exit codes of --once: 0 everything that it tried is delivered, else that of the worst reason, as a rule 75.
            """)

    @Flag(help: "Try the studies that wait now, then end.")
    var once = false

    @Option(
        help: ArgumentHelp(
            "Leave a study alone when nothing of it has gone forward for so long; with --once, 0 unless given.", valueName: "duration"))
    var giveUpAfter: DurationArgument?

    @OptionGroup(title: "Delivery") var delivery: DeliveryOptions
    @OptionGroup(title: "Replies") var collecting: CollectingOptions
    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() async throws {
        output.bootstrap()
        try await reportingFailures {
            let reporter = SenderReporter(json: output.jsonLines, isService: !once)
            let metrics = try DeliveryMetrics(path: delivery.metrics)
            var opened = try await DeliveryResources.open(home.existing(), observer: reporter)
            let replies = try await replies(&opened)
            let resources = opened
            let drain = OutboxDrain(
                resources: resources, patience: giveUpAfter?.duration ?? (once ? .zero : nil), source: nil)
            if !once { ServiceManager.shared.becomeReady([.outbox]) }
            do {
                try await stoppedBySignals { [once] in
                    try await metrics.keepingUpToDate(resources) {
                        try await resources.reloadingTrust {
                            try await reporter.showingProgress {
                                try await Self.deliver(drain, replies, resources, once: once)
                            }
                        }
                    }
                }
            } catch is CancellationError where !once {
                // Stopped, which is how it is meant to end.
            }
            if once { try reporter.conclude() }
        }
    }

    private func replies(_ resources: inout DeliveryResources) async throws -> ReplyTaking? {
        if once { return try await ReplyTaking.collecting(&resources, collecting, json: output.jsonLines) }
        guard let folder = collecting.replies else { return nil }
        return try await ReplyTaking.open(resources, into: folder, collecting.options, json: output.jsonLines)
    }

    private static func deliver(
        _ drain: OutboxDrain, _ replies: ReplyTaking?, _ resources: DeliveryResources, once: Bool
    ) async throws {
        if once { return try await replies.collecting { try await drain.once() } }
        try await replies.listening {
            ReplyListener(resources, $0.receiver, to: nil, at: nil)
        } while: {
            try await drain.forever()
        }
    }
}
