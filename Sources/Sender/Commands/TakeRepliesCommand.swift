import ArgumentParser
import CodecWorkers
import CommandLineSupport
import Operations
import Protocol
import Replying
import Sending
import SendingCommandLine

/// `replies`: takes the answers of receivers.
struct TakeRepliesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replies",
        abstract: "Take the replies that receivers have for this side.",
        discussion: """
            Dials each trusted receiver whose address is known, by its card or by a study that was sent to it, takes what waits there, and \
            ends. With --follow it holds a session with each of them, so that a reply is here as soon as it is given, and makes a session \
            that breaks again.

            A reply is a study of its own: signed, sealed, resumed after a cut, receipted, and here once. It appears all at once in \
            DIR/StudyInstanceUID/vVERSION-STATUS, and never replaces another one. A study that does not answer a transfer that was sent to \
            that very receiver is refused.

            One program of a home takes replies at a time. SIGTERM and SIGINT stop it. SIGHUP reads the trusted cards again and tries at once.

            Example: veilray-send replies --follow --into /images/replies
            """)

    @Option(
        help: ArgumentHelp("Ask this receiver only, by the name under which its card is trusted.", valueName: "name"),
        completion: PeerNames.completion)
    var to: String?

    @Option(help: ArgumentHelp("Where that receiver listens, if not where its card or the last study says.", valueName: "host:port"))
    var address: String?

    @Flag(help: "Hold a session with each receiver until this is stopped.")
    var follow = false

    @Option(
        help: ArgumentHelp("The folder for replies; by default 'replies' beside the outbox.", valueName: "dir"), completion: .directory)
    var into: String?

    @OptionGroup(title: "Replies") var replies: ReplyOptions
    @OptionGroup(title: "Replies") var forwarding: ForwardOptions
    @OptionGroup(title: "Figures") var delivery: DeliveryOptions
    @OptionGroup(title: "Files that are made") var permissions: CreationMaskOptions
    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        guard address == nil || to != nil else { throw ValidationError("--address is about --to") }
    }

    func run() async throws {
        output.bootstrap()
        try await reportingFailures {
            permissions.apply()
            let metrics = try DeliveryMetrics(path: delivery.metrics)
            let reporter = SenderReporter(json: output.jsonLines, isService: true)
            let resources = try await DeliveryResources.open(home.existing(), observer: reporter)
            let taking = try await ReplyTaking.open(
                resources, replies.choices(into: into, resources.home, forwarding), observer: ReplyReporter(json: output.jsonLines))
            let listener = ReplyListener(resources, taking.receiver, to: to, at: try address.map { try PeerAddress($0) })
            CodecWorkers.prepare()
            if follow { ServiceManager.shared.becomeReady([]) }
            do {
                try await stoppedBySignals { [follow] in
                    try await metrics.keepingUpToDate(resources) {
                        try await resources.reloadingTrust {
                            if follow {
                                try await taking.following { try await listener.follow() }
                            } else {
                                try await taking.receiver.receiving { try await listener.once() }
                            }
                        }
                    }
                }
            } catch is CancellationError where follow {
                // Stopped, which is how it is meant to end.
            }
        }
    }
}
