import ArgumentParser
import Basics
import CommandLineSupport
import Files
import Foundation
import Operations
import Protocol
import Sending

/// `watch`: sends what appears in a folder.
struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Send the studies that a modality or a script drops into a folder.",
        discussion: """
            Takes the files below the folder when they are complete: unchanged for --stable, not open for writing, and without signs of \
            being half written, which are waited for longer (--settle). A file that changes after it was moved away comes back and is sent \
            again. Files of one study go together when nothing more has come for it for --quiet. Delivered files are moved to sent/STUDY/ \
            beside their signed receipts, the rest to failed/ with the reason in a file beside it. Links are not followed; names that \
            begin with a dot or end in .part, .partial, .tmp, .temp, .filepart, .crdownload or .swp are left alone, so that programs can \
            rename files in.

            It may be stopped, killed or cut off from the power at any moment: nothing is lost, and nothing is sent twice.

            SIGTERM and SIGINT stop it and keep everything. SIGHUP reads the trusted cards again and tries at once.

            Example: veilray-send watch /images/outgoing --to lee --address radiology.example.org:7717
            """)

    @Argument(help: ArgumentHelp("The folder to watch.", valueName: "dir"), completion: .directory)
    var folder: String

    @Option(
        help: ArgumentHelp("The receiver, by the name under which its card is trusted.", valueName: "name"),
        completion: PeerNames.completion)
    var to: String

    @Option(help: ArgumentHelp("Where the receiver listens; by default the address on its card.", valueName: "host:port"))
    var address: String?

    @Option(help: ArgumentHelp("stat goes before everything that is routine, also before a study under way.", valueName: "priority"))
    var priority: Priority = .routine

    @Option(help: ArgumentHelp("How long a file must look the same before it is taken.", valueName: "duration"))
    var stable = DurationArgument(.seconds(3))

    @Option(
        help: ArgumentHelp(
            "How long a file must look the same that may be half written: with holes, ending too early or in zeros.",
            discussion: "Longer than any pause of the program that writes the files.", valueName: "duration"))
    var settle = DurationArgument(.seconds(60))

    @Option(help: ArgumentHelp("How long nothing of a study must have come before it is sent.", valueName: "duration"))
    var quiet = DurationArgument(.seconds(10))

    @Option(help: ArgumentHelp("How often the folder is looked at.", valueName: "duration"))
    var interval = DurationArgument(.seconds(1))

    @OptionGroup(title: "Order") var order: OrderOptions
    @OptionGroup(title: "Sealing") var sealing: SealingOptions
    @OptionGroup(title: "Region of interest") var region: RegionOptions
    @OptionGroup(title: "Text in the pixels") var redaction: RedactionOptions
    @OptionGroup(title: "Delivery") var delivery: DeliveryOptions
    @OptionGroup(title: "Replies") var collecting: CollectingOptions
    @OptionGroup(title: "Files that are made") var permissions: CreationMaskOptions
    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        guard interval.duration >= .milliseconds(50) else { throw ValidationError("--interval takes 50ms or more") }
    }

    func run() async throws {
        output.bootstrap()
        try await reportingFailures {
            permissions.apply()
            let metrics = try DeliveryMetrics(path: delivery.metrics)
            let home = try home.existing()
            let folder = try Self.resolved(folder)
            // One watcher a folder: two would take the same files.
            guard let lock = try FileLock.take("\(folder)/.veilray-watch.lock") else {
                throw OperationFailure(.invalidRequest, "another veilray-send watches \(folder) already")
            }
            let resources = try await DeliveryResources.open(home, observer: SenderReporter(json: output.jsonLines, isService: true))
            let sender = try ReceiverEndpoint(identity: resources.identity, trust: resources.trust, to: to)
            let address = try address.map { try PeerAddress($0) }
            _ = try sender.address(override: address)
            let choices = try sealing.choices(region: try region.choices(), redaction: try redaction.policy())
            let details = try order.details()
            let timing = WatchedFolder.Timing(
                interval: interval.duration, stable: stable.duration, settle: settle.duration, quiet: quiet.duration)
            let watched = WatchedFolder(folder: folder, resources: resources, timing: timing) {
                [to, priority, choices, details] plan in
                // Whoever is trusted under that name by then: a service outlives cards.
                let peer = try ReceiverEndpoint(identity: resources.identity, trust: resources.trust, to: to).peer
                return StudyOrder(
                    plan: plan, peer: peer, address: address, priority: priority, choices: choices, source: folder, details: details)
            }
            var replies: ReplyTaking?
            if let folder = collecting.replies {
                replies = try await ReplyTaking.open(resources, into: folder, collecting.options, json: output.jsonLines)
            }
            ServiceManager.shared.becomeReady([.folder, .outbox])
            try await Self.watch(watched, resources, metrics, replies) { [to] in ReplyListener(resources, $0.receiver, to: to, at: address)
            }
            withExtendedLifetime(lock) {}
        }
    }

    private static func watch(
        _ watched: WatchedFolder, _ resources: DeliveryResources, _ metrics: DeliveryMetrics, _ replies: ReplyTaking?,
        _ listener: @escaping @Sendable (ReplyTaking) -> ReplyListener
    ) async throws {
        do {
            try await stoppedBySignals {
                try await metrics.keepingUpToDate(resources) {
                    try await resources.reloadingTrust {
                        try await replies.listening(listener) {
                            try await withThrowingDiscardingTaskGroup { group in
                                group.addTask { try await watched.run() }
                                group.addTask {
                                    try await OutboxDrain(resources: resources, patience: nil, source: watched.folder).forever()
                                }
                            }
                        }
                    }
                }
            }
        } catch is CancellationError {
            // Stopped, which is how it is meant to end.
        }
    }

    /// The folder's path without links; what is found below it is compared with that.
    private static func resolved(_ folder: String) throws -> String {
        var status = stat()
        guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, let path = realpath(folder, nil) else {
            throw OperationFailure(.fileAccess, "\(folder): there is no such folder")
        }
        defer { free(path) }
        return String(cString: path)
    }
}
