import ArgumentParser
import Clinic
import CommandLineSupport
import DICOM
import DICOMNetwork
import Protocol
import Sending

/// The ports and titles at which modalities are listened to, and the callers that are let in.
package struct DoorOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The port for associations without TLS.", valueName: "port"))
    var port: UInt16?

    @Option(
        help: ArgumentHelp(
            "A called title, who gets what is sent to it, and how urgently: TITLE=NAME[,stat][,HOST:PORT]. May be given several times.",
            valueName: "route"))
    var ae: [DoorRouteArgument] = []

    @Option(
        help: ArgumentHelp(
            "Who may store: TITLE@ADDRESS. Either may be *, and the address a network, 10.0.0.0/24. May be given several times.",
            valueName: "caller"))
    var allow: [AllowedCaller] = []

    @Option(help: ArgumentHelp("The address to listen on; by default all of this machine.", valueName: "address"))
    var bind: NetworkAddress?

    @Option(help: ArgumentHelp("The port for associations over TLS (BCP 195).", valueName: "port"))
    var tlsPort: UInt16?

    @Option(
        help: ArgumentHelp(
            "The certificate for TLS, in PEM.", discussion: "The identity's own will not do: modalities know no Ed25519.",
            valueName: "file"), completion: .file())
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("Its private key, in PEM, without a passphrase.", valueName: "file"), completion: .file())
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "The certificates, or their issuers, that modalities must show over TLS, in PEM; without it any may connect.",
            valueName: "file"), completion: .file())
    var tlsClients: String?

    @Option(help: ArgumentHelp("Associations at once.", valueName: "number"))
    var associations = 32

    @Option(help: ArgumentHelp("How long nothing may come over an association before it is ended.", valueName: "duration"))
    var idle = DurationArgument(.seconds(300))

    @Option(
        help: ArgumentHelp(
            "Offer storage commitment: 'receipt' commits to an instance once the radiologist has signed that it was restored.",
            discussion: "It is no archive: what is committed to is with the radiologist.", valueName: "when"))
    var commit: CommitmentMoment?

    @Option(
        help: ArgumentHelp(
            "Where a modality is told of it: TITLE@HOST:PORT. May be given several times.", valueName: "application"))
    var commitTo: [StorageTarget] = []

    @Option(
        help: ArgumentHelp(
            "Where instances from modalities are until they are delivered, and then kept as of a watched folder.", valueName: "dir"),
        completion: .directory)
    var folder: String?

    @Option(
        help: ArgumentHelp(
            "As --quiet, where an association was cut: the modality may come back.", valueName: "duration"))
    var quietAfterCut = DurationArgument(.seconds(60))

    package init() {}

    /// Whether any modality is listened to.
    package var isGiven: Bool { port != nil || tlsPort != nil || !ae.isEmpty || !allow.isEmpty }

    package func validate() throws {
        guard isGiven else { return }
        guard port != nil || tlsPort != nil else { throw ValidationError("--port or --tls-port says where to listen") }
        guard !ae.isEmpty else { throw ValidationError("--ae says which called titles there are, and who gets what is sent to them") }
        guard Set(ae.map(\.title)).count == ae.count else { throw ValidationError("--ae gives one title twice") }
        guard !allow.isEmpty else { throw ValidationError("--allow says who may store; '*@*' is everybody who reaches the port") }
        guard (1...512).contains(associations) else { throw ValidationError("--associations takes 1 to 512") }
        guard idle.duration >= .seconds(1) else { throw ValidationError("--idle takes 1s or more") }
        guard (commit == nil) == commitTo.isEmpty else { throw ValidationError("--commit and --commit-to go together") }
        guard Set(commitTo.map(\.title)).count == commitTo.count else { throw ValidationError("--commit-to gives one title twice") }
        guard tlsPort == nil || (tlsCertificate != nil && tlsKey != nil) else {
            throw ValidationError("--tls-port needs --tls-certificate and --tls-key")
        }
    }

    /// - Parameter quiet: how long nothing of a study must have come.
    /// - Returns: `nil` where no modality is listened to.
    package func modalities(_ studies: StudyChoices, quiet: DurationArgument, _ home: Home) -> ClinicSettings.Modalities? {
        guard isGiven else { return nil }
        let credentials = tlsCertificate.flatMap { certificate in
            tlsKey.map { DoorCredentials(certificate: certificate, key: $0, clients: tlsClients) }
        }
        return ClinicSettings.Modalities(
            ports: DoorListener.Ports(address: bind, plain: port, secure: tlsPort, credentials: credentials),
            rules: DoorRules(titles: Set(ae.map(\.title)), callers: allow, mostAssociations: associations, idle: idle.duration),
            routes: ae.map { DoorRoute(title: $0.title, template: studies.template($0.destination)) },
            folder: folder ?? home.state.appending(path: "door").path,
            timing: Door.Timing(quiet: quiet.duration, quietAfterCut: quietAfterCut.duration),
            commitments: commit.map { _ in StorageCommitments(commitTo) })
    }
}

/// The moment at which the door commits to an instance.
enum CommitmentMoment: String, ExpressibleByArgument, CaseIterable {
    case receipt
}

extension AllowedCaller: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension NetworkAddress: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
