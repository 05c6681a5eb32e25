import ArgumentParser
import Clinic
import CommandLineSupport
import Operations
import Protocol
import Sending
import SendingCommandLine

/// `serve`: everything that a clinic has to run, in one process.
struct ServeClinicCommand: AsyncParsableCommand, StudyCommandOptions {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Take studies from modalities and folders, send them, and take the replies: all in one service.",
        discussion: """
            Does what 'listen', a 'watch' for each folder, 'deliver' and 'replies --follow' do, in one process with one file of settings \
            (--config). Studies come by DICOM C-STORE (--port, --ae, --allow) and from folders (--watch); either may be left out. \
            Everything that waits in the outbox is delivered. Replies are taken over connections that this side makes, and critical ones \
            raise alarms until 'acknowledge' ends them.

            SIGHUP reads the settings and the trusted cards again. Callers (--allow), called titles and their receivers (--ae), folders \
            (--watch), and what is asked and how images are sealed count from then on; what needs another start is said. Settings that \
            cannot be leave everything as it is.

            It may be stopped, killed or cut off from the power at any moment: nothing is lost, and nothing is sent twice. SIGTERM and \
            SIGINT stop it within ten seconds.

            Example: veilray-send serve --watch /images/outgoing=lee --port 11112 --ae VEILRAY=lee --allow CT1@10.0.0.5
            """)

    /// The settings that SIGHUP changes; a test compares them with the options that there are.
    static let liveSettings: Set = [
        "ae", "allow", "associations", "watch", "question", "history", "due", "callback", "method", "constraint-height", "codec", "effort",
        "inner", "region", "roi", "roi-file", "roi-source", "burned-in", "redact", "redaction-rules", "deface",
    ]

    @OptionGroup(title: "Modalities") var door: DoorOptions

    @Option(
        help: ArgumentHelp(
            "A folder to watch, who gets its studies, and how urgently: DIR=NAME[,stat][,HOST:PORT]. May be given several times.",
            valueName: "folder"))
    var watch: [WatchedFolderArgument] = []

    @OptionGroup(title: "Folders") var timing: FolderTimingOptions

    @Option(help: ArgumentHelp("How long nothing of a study must have come before it is sent.", valueName: "duration"))
    var quiet = DurationArgument(.seconds(10))

    @OptionGroup(title: "Order") var order: OrderOptions
    @OptionGroup(title: "Sealing") var sealing: SealingOptions
    @OptionGroup(title: "Region of interest") var region: RegionOptions
    @OptionGroup(title: "Text in the pixels") var redaction: RedactionOptions
    @OptionGroup(title: "Delivery") var delivery: DeliveryOptions

    @Option(
        help: ArgumentHelp("The folder for replies; by default 'replies' beside the outbox.", valueName: "dir"), completion: .directory)
    var replies: String?

    @OptionGroup(title: "Replies") var replyOptions: ReplyOptions
    @OptionGroup(title: "Replies") var forwarding: ForwardOptions
    @OptionGroup(title: "Files that are made") var permissions: CreationMaskOptions
    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() async throws {
        output.bootstrap()
        try await reportingFailures {
            let start = try CommandSettings(Self.self, of: VeilraySend.self)
            permissions.apply()
            let metrics = try DeliveryMetrics(path: delivery.metrics)
            let home = try home.existing()
            let resources = try await DeliveryResources.open(home, observer: SenderReporter(json: output.jsonLines, isService: true))
            let service = try await ClinicService(
                settings(home), resources: resources, observer: ReplyReporter(json: output.jsonLines))
            let reporter = SettingsReporter(json: output.jsonLines)
            try await service.serve(resources, metrics) {
                do {
                    let (command, changed) = try start.now()
                    try service.set(command.settings(home))
                    reporter.tell(later: changed.subtracting(Self.liveSettings))
                } catch {
                    reporter.tell(error)
                }
            }
        }
    }

    private func settings(_ home: Home) throws -> ClinicSettings {
        let studies = try studyChoices()
        var settings = ClinicSettings()
        settings.modalities = door.modalities(studies, quiet: quiet, home)
        settings.folders = watch.map { $0.folder(studies) }
        settings.folderTiming = timing.timing(quiet: quiet)
        settings.replies = ClinicSettings.Replies(choices: replyOptions.choices(into: replies, home, forwarding))
        return settings
    }
}

extension ClinicService {
    /// Runs until SIGTERM or SIGINT stops it, which is how it is meant to end. SIGHUP reads the trusted cards again.
    ///
    /// - Parameter reload: done at SIGHUP, too.
    func serve(_ resources: DeliveryResources, _ metrics: DeliveryMetrics, reload: @escaping @Sendable () -> Void = {}) async throws {
        ServiceManager.shared.becomeReady(loops)
        do {
            try await stoppedBySignals { [self] in
                try await metrics.keepingUpToDate(resources, adding: { [self] page in try await addFigures(to: &page) }) {
                    try await resources.reloadingTrust(reload) { try await run() }
                }
            }
        } catch is CancellationError {
            // Stopped.
        }
    }
}

extension DeliveryResources {
    /// SIGHUP reads the trusted cards again while `body` runs, and removed cards end sessions.
    ///
    /// - Parameter more: done at SIGHUP, too.
    func reloadingTrust<Result: Sendable>(
        _ more: @escaping @Sendable () -> Void = {}, while body: () async throws -> Result
    ) async throws -> Result {
        let reload = { @Sendable in
            reloadTrust()
            more()
        }
        return try await HangupSignal.handled(by: reload) { try await watchingTrust(while: body) }
    }
}
