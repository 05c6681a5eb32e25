import ArgumentParser
import Clinic
import CommandLineSupport
import Sending
import SendingCommandLine

/// `watch`: sends the files that appear in a folder.
struct WatchCommand: AsyncParsableCommand, StudyCommandOptions, CollectingCommandOptions {
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

    @OptionGroup var destination: DestinationOptions
    @OptionGroup var timing: FolderTimingOptions

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

    func validate() throws { try validateReplies() }

    func run() async throws {
        output.bootstrap()
        try await reportingFailures {
            permissions.apply()
            let metrics = try DeliveryMetrics(path: delivery.metrics)
            let home = try home.existing()
            let resources = try await DeliveryResources.open(home, observer: SenderReporter(json: output.jsonLines, isService: true))
            let template = try destination.template(studyChoices())
            var settings = ClinicSettings()
            settings.folders = [ClinicSettings.Folder(path: folder, template: template)]
            settings.folderTiming = timing.timing(quiet: quiet)
            settings.deliversOwn = true
            settings.replies = replyChoices(home).map {
                ClinicSettings.Replies(choices: $0, to: template.to, address: template.address)
            }
            let service = try await ClinicService(settings, resources: resources, observer: ReplyReporter(json: output.jsonLines))
            try await service.serve(resources, metrics)
        }
    }
}
