import ArgumentParser
import Basics
import CommandLineSupport
import DICOM
import DICOMNetwork
import Files
import Foundation
import Operations
import Protocol
import Sending

/// `listen`: takes studies from modalities by C-STORE and sends them.
struct ListenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "listen",
        abstract: "Send the studies that modalities store here by DICOM C-STORE.",
        discussion: """
            A DICOM storage provider (C-STORE, C-ECHO) whose called title says who gets a study, and how urgently. Every storage class is \
            taken, and data sets are kept as they come. Success is answered only when an instance survives a power cut. A study is sent \
            when its association was released and nothing more has come for --quiet.

            Other studies that wait in the outbox are delivered too. SIGTERM and SIGINT stop it and keep everything. SIGHUP reads the trusted \
            cards again and tries at once.

            Example: veilray-send listen --port 11112 --ae VEILRAY=lee --allow CT1@10.0.0.5 --allow MR1@10.0.0.6
            """)

    @OptionGroup(title: "Modalities") var door: DoorOptions

    @Option(
        help: ArgumentHelp("Where instances are until they are delivered, and then kept as of a watched folder.", valueName: "dir"),
        completion: .directory)
    var folder: String?

    @Option(help: ArgumentHelp("How long nothing of a study must have come before it is sent.", valueName: "duration"))
    var quiet = DurationArgument(.seconds(10))

    @Option(help: ArgumentHelp("The same where its association was cut: the modality may come back.", valueName: "duration"))
    var quietAfterCut = DurationArgument(.seconds(60))

    @OptionGroup(title: "Order") var order: OrderOptions
    @OptionGroup(title: "Sealing") var sealing: SealingOptions
    @OptionGroup(title: "Region of interest") var region: RegionOptions
    @OptionGroup(title: "Text in the pixels") var redaction: RedactionOptions
    @OptionGroup(title: "Delivery") var delivery: DeliveryOptions
    @OptionGroup(title: "Files that are made") var permissions: CreationMaskOptions
    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() async throws {
        output.bootstrap()
        try await reportingFailures {
            permissions.apply()
            let metrics = try DeliveryMetrics(path: delivery.metrics)
            let home = try home.existing()
            let resources = try await DeliveryResources.open(home, observer: SenderReporter(json: output.jsonLines, isService: true))
            let choices = try sealing.choices(region: try region.choices(), redaction: try redaction.policy())
            let details = try order.details()
            let routes = try door.routes.map { route in
                // A name that nobody is trusted under is told now, and not by the first study.
                let receiver = try ReceiverEndpoint(identity: resources.identity, trust: resources.trust, to: route.to)
                _ = try receiver.address(override: route.address)
                return DoorRoute(title: route.title) { plan, source in
                    let peer = try ReceiverEndpoint(identity: resources.identity, trust: resources.trust, to: route.to).peer
                    return StudyOrder(
                        plan: plan, peer: peer, address: route.address, priority: route.priority, choices: choices, source: source,
                        details: details)
                }
            }
            let open = try Door(
                door.ports, rules: door.rules, routes: routes, folder: folder ?? home.state.appending(path: "door").path,
                timing: Door.Timing(quiet: quiet.duration, quietAfterCut: quietAfterCut.duration), resources: resources)
            ServiceManager.shared.becomeReady([.folder, .outbox])
            do {
                try await stoppedBySignals {
                    try await metrics.keepingUpToDate(resources, adding: open.addFigures) {
                        try await resources.reloadingTrust { try await open.run() }
                    }
                }
            } catch is CancellationError {
                // Stopped, which is how it is meant to end.
            }
        }
    }
}
