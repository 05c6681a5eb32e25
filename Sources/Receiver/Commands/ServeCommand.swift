import ArgumentParser
import Basics
import ChildProcesses
import CodecWorkers
import CommandLineSupport
import Concurrency
import DICOM
import Foundation
import MarkCommands
import Logging
import Operations
import Protocol
import Receiving
import Replying
import Sending

/// `serve`: receives studies.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Receive studies, restore them and publish the files.",
        discussion: """
            Serves any number of trusted senders at once. Each file is restored, compared with the digest that its sender signed, \
            published whole or not at all, and acknowledged with a signed receipt. A file that is there already is never replaced: \
            the same content counts as delivered, another gets the first digits of its digest into its name; one that claims to be the \
            same instance as another that came before is set aside in the folder 'conflicts', and both sides are told.

            Everything that has arrived is on the disk and in a journal: killed or without power at any moment, it goes on at the next \
            start. When the last file of a study is there, '.veilray-complete.json' appears in its folder.

            A folder for files is made at the first start, where the one above it is there. It has to stay on its file system: while that \
            is away (unmounted, say), senders wait, and nothing is made in its place. 'use-folder' accepts another folder.

            A clinic that takes replies gets those that wait for it over the connection that it has made, and for as long as it holds that.

            Cards that are trusted while it runs count from the next connection on. When one is removed, its sender's sessions end within \
            two seconds, with SIGHUP at once; its files that are not restored yet wait until the card is trusted again, or for 'discard'.

            SIGTERM and SIGINT stop it: studies under way are finished within --grace seconds, then their senders are told to come again. \
            Four seconds later it has ended, even in the middle of a file.

            Example: veilray-receive serve --listen 0.0.0.0:7717 --into ~/studies
            """)

    @Option(help: ArgumentHelp("Where to listen; port 0 takes a free one.", valueName: "host:port"))
    var listen: String

    @OptionGroup(title: "Restored files") var publishing: PublishingOptions

    @Option(
        help: ArgumentHelp(
            "Keep the anonymous stego files in this folder too.",
            discussion: """
                Their senders are asked to put in a capsule that this identity's long-term key opens ('open'). They are named by their \
                anonymous UIDs.
                """, valueName: "dir"),
        completion: .directory)
    var keepStego: String?

    @Flag(help: "Name kept stego files like the originals. Folders and files are often called after patients.")
    var keepNames = false

    @Flag(help: "Show the files of a study only when all of them are there, all at once.")
    var wholeStudies = false

    @Option(
        help: ArgumentHelp(
            "Put marked copies of complete studies into this folder, beside the restored originals.",
            discussion: """
                This side's identity signs the marks ('mark'); the chain of custody says that it has received the file. The originals stay \
                as they are. Files that take no mark are told of.
                """, valueName: "dir"),
        completion: .directory)
    var markInto: String?

    @Flag(help: "With --mark-into: forward the marked copies instead of the originals, as far as there are any.")
    var forwardMarked = false

    @Option(
        help: ArgumentHelp("Tell of a critical reply that the clinic has not acknowledged for so long.", valueName: "duration"))
    var criticalWithin = DurationArgument(.seconds(900))

    @Option(help: ArgumentHelp("How often to tell of it.", valueName: "duration"))
    var criticalRepeat = DurationArgument(.seconds(300))

    @Option(
        help: ArgumentHelp(
            "Run this command each time; the reply's folder is its last word.",
            discussion: "VEILRAY_CALL is the telephone number that the clinic gave.", valueName: "command"))
    var onCritical: String?

    @Option(help: ArgumentHelp("Have senders wait while the disk has less room than this: 500MB, 2GB, 0 for never.", valueName: "size"))
    var minimumFree = ByteCountArgument(bytes: 1_000_000_000)

    @Option(help: ArgumentHelp("Keep figures in this file, in Prometheus' text format.", valueName: "file"), completion: .file())
    var metrics: String?

    @Option(help: ArgumentHelp("Stop after this many studies.", valueName: "n"))
    var studies: Int?

    @Option(help: ArgumentHelp("How long studies under way may take when the receiver stops.", valueName: "seconds"))
    var grace = 5

    @OptionGroup(title: "Forwarding; see 'forward'") var forwarding: ForwardOptions
    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        guard !keepNames || keepStego != nil else { throw ValidationError("--keep-names is about the files of --keep-stego") }
        guard !forwardMarked || markInto != nil && forwarding.target != nil else {
            throw ValidationError("--forward-marked needs --mark-into and --forward")
        }
        guard studies ?? 1 > 0 else { throw ValidationError("--studies takes a number from 1") }
        guard (0...86_400).contains(grace) else { throw ValidationError("--grace takes 0 to 86400 seconds") }
    }

    func run() async throws {
        output.bootstrap()
        publishing.permissions.apply()
        try await reportingFailures {
            let metrics = try metrics.map { try MetricsFile(path: $0) }
            let home = try home.existing()
            let reporter = ReceiverReporter(json: output.jsonLines)
            let stop = StopRequest()
            var options = try options()
            let acknowledgements = try AcknowledgementArrival(home: home, json: output.jsonLines)
            options.understood = Acknowledgement.understood
            try mark(&options, home)
            options.follow = { await acknowledgements.take($0) }
            let replies = OutgoingReplies(home: home, observer: OutgoingReplyReporter(json: output.jsonLines))
            let service = try await ReceiverService(
                home: home, listen: try PeerAddress(listen), options: options, observer: reporter, sending: replies, stop: stop)
            CodecWorkers.prepare()
            let signals = ShutdownSignals()
            let waiting = Task { [grace] in
                await signals.wait()
                StopDeadline.begin(grace: .seconds(grace))
                stop.request()
            }
            let watching = Task { try await replies.run() }
            defer { watching.cancel() }
            let journal = try ReplyJournal(state: home.state)
            let critical = criticalWatch(journal)
            let telling = Task { await critical.run() }
            defer { telling.cancel() }
            let figures = metrics.map { file in
                Task {
                    await file.keepUpToDate {
                        var page = try await service.metrics()
                        page.gauge(
                            "veilray_replies_critical_open", "Critical replies that the clinic has not acknowledged.",
                            try await journal.unacknowledged(isOwn: true).count)
                        return page
                    }
                }
            }
            let count = try await HangupSignal.handled(by: { service.reloadCards() }) { try await service.run() }
            figures?.cancel()
            await figures?.value
            waiting.cancel()
            reporter.report(ReceiverEvent.Stopped(studies: count))
        }
    }

    private func criticalWatch(_ journal: ReplyJournal) -> CriticalWatch {
        let alarms = CriticalAlarms(
            journal: journal, isOwn: true,
            timing: CriticalAlarms.Timing(within: criticalWithin.duration, repetition: criticalRepeat.duration))
        return CriticalWatch(alarms, hook: onCritical.map { CommandHook($0) }, observer: AlarmReporter(json: output.jsonLines))
    }

    private func mark(_ options: inout ReceiverOptions, _ home: Home) throws {
        guard let markInto else { return }
        let marking = try StudyMarking(
            identity: try Identity.load(from: home), folder: PublishingOptions.absolute(markInto), originals: publishing.folder)
        options.prepare = { [json = output.jsonLines] study in
            MarkedStudyReporter(json: json).report(study, try await marking.mark(study.paths), in: marking.folder)
        }
        if forwardMarked { options.forwarding?.substitute = { try marking.copy(of: $0) } }
    }

    private func options() throws -> ReceiverOptions {
        var options = ReceiverOptions(folder: publishing.folder)
        options.layout = publishing.layout
        options.wholeStudies = wholeStudies
        options.stegoFolder = keepStego.map(PublishingOptions.absolute)
        options.keepsNames = keepNames
        options.forwarding = forwarding.target.map { .init(target: $0, calling: forwarding.calling, timeout: forwarding.timeout) }
        options.minimumFree = minimumFree.bytes
        options.studies = studies
        options.grace = .seconds(grace)
        return options
    }
}
