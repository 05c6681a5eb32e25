import ArgumentParser
import Clinic
import CommandLineSupport
import Sending
import SendingCommandLine

/// `listen`: takes studies from modalities by C-STORE and sends them.
struct ListenCommand: AsyncParsableCommand, StudyCommandOptions, CollectingCommandOptions {
    static let configuration = CommandConfiguration(
        commandName: "listen",
        abstract: "Send the studies that modalities store here by DICOM C-STORE.",
        discussion: """
            A DICOM storage provider (C-STORE, C-ECHO) whose called title says who gets a study, and how urgently. Every storage class is \
            taken, and data sets are kept as they come. Success is answered only when an instance survives a power cut. A study is sent \
            when its association was released and nothing more has come for --quiet.

            Other studies that wait in the outbox are delivered too, and replies are taken (--replies). 'serve' does the same, and watches \
            folders. SIGTERM and SIGINT stop it and keep everything. SIGHUP reads the trusted cards again and tries at once.

            Example: veilray-send listen --port 11112 --ae VEILRAY=lee --allow CT1@10.0.0.5 --allow MR1@10.0.0.6
            """)

    @OptionGroup(title: "Modalities") var door: DoorOptions

    @Option(help: ArgumentHelp("How long nothing of a study must have come before it is sent.", valueName: "duration"))
    var quiet = DurationArgument(.seconds(10))

    @OptionGroup(title: "Order") var order: OrderOptions
    @OptionGroup(title: "Sealing") var sealing: SealingOptions
    @OptionGroup(title: "Region of interest") var region: RegionOptions
    @OptionGroup(title: "Text in the pixels") var redaction: RedactionOptions
    @OptionGroup(title: "Delivery") var delivery: DeliveryOptions
    @OptionGroup(title: "Replies") var collecting: CollectingOptions
    @OptionGroup(title: "Replies") var replyOptions: ReplyOptions
    @OptionGroup(title: "Replies") var forwarding: ForwardOptions
    @OptionGroup(title: "Files that are made") var permissions: CreationMaskOptions
    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        guard door.isGiven else { throw ValidationError("--port or --tls-port says where to listen") }
        try validateReplies()
    }

    func run() async throws {
        output.bootstrap()
        try await reportingFailures {
            permissions.apply()
            let metrics = try DeliveryMetrics(path: delivery.metrics)
            let home = try home.existing()
            let resources = try await DeliveryResources.open(home, observer: SenderReporter(json: output.jsonLines, isService: true))
            var settings = ClinicSettings()
            settings.modalities = door.modalities(try studyChoices(), quiet: quiet, home)
            settings.replies = replyChoices(home).map { ClinicSettings.Replies(choices: $0) }
            let service = try await ClinicService(settings, resources: resources, observer: ReplyReporter(json: output.jsonLines))
            try await service.serve(resources, metrics)
        }
    }
}
