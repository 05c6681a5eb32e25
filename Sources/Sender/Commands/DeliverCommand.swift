import ArgumentParser
import Clinic
import CommandLineSupport
import Replying
import Sending
import SendingCommandLine

/// `deliver`: sends the studies that wait in the outbox.
struct DeliverCommand: AsyncParsableCommand, CollectingCommandOptions {
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
    @OptionGroup(title: "Replies") var replyOptions: ReplyOptions
    @OptionGroup(title: "Replies") var forwarding: ForwardOptions
    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws { try validateReplies() }

    func run() async throws {
        output.bootstrap()
        try await reportingFailures {
            let reporter = SenderReporter(json: output.jsonLines, isService: !once)
            let replies = ReplyReporter(json: output.jsonLines)
            let metrics = try DeliveryMetrics(path: delivery.metrics)
            let home = try home.existing()
            var resources = try await DeliveryResources.open(home, observer: reporter)
            guard once else {
                var settings = ClinicSettings()
                settings.patience = giveUpAfter?.duration
                settings.replies = replyChoices(home).map { ClinicSettings.Replies(choices: $0) }
                return try await ClinicService(settings, resources: resources, observer: replies).serve(resources, metrics)
            }
            let taking = try await ReplyTaking.collecting(&resources, replyChoices(home), observer: replies)
            let drain = OutboxDrain(resources: resources, patience: giveUpAfter?.duration ?? .zero, source: nil)
            try await stoppedBySignals { [resources] in
                try await metrics.keepingUpToDate(resources) {
                    try await resources.reloadingTrust {
                        try await reporter.showingProgress { try await taking.collecting { try await drain.once() } }
                    }
                }
            }
            try reporter.conclude()
        }
    }
}
