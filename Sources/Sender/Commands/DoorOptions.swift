import ArgumentParser
import CommandLineSupport
import DICOM
import DICOMNetwork
import Protocol
import Sending

/// Where modalities are listened to, and which.
struct DoorOptions: ParsableArguments {
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

    func validate() throws {
        guard port != nil || tlsPort != nil else { throw ValidationError("--port or --tls-port says where to listen") }
        guard !ae.isEmpty else { throw ValidationError("--ae says which called titles there are, and who gets what is sent to them") }
        guard Set(ae.map(\.title)).count == ae.count else { throw ValidationError("--ae gives one title twice") }
        guard !allow.isEmpty else { throw ValidationError("--allow says who may store; '*@*' is everybody who reaches the port") }
        guard (1...512).contains(associations) else { throw ValidationError("--associations takes 1 to 512") }
        guard idle.duration >= .seconds(1) else { throw ValidationError("--idle takes 1s or more") }
        guard tlsPort == nil || (tlsCertificate != nil && tlsKey != nil) else {
            throw ValidationError("--tls-port needs --tls-certificate and --tls-key")
        }
    }

    var ports: DoorListener.Ports {
        let credentials = tlsCertificate.flatMap { certificate in
            tlsKey.map { DoorCredentials(certificate: certificate, key: $0, clients: tlsClients) }
        }
        return DoorListener.Ports(address: bind, plain: port, secure: tlsPort, credentials: credentials)
    }

    var rules: DoorRules {
        DoorRules(titles: Set(ae.map(\.title)), callers: allow, mostAssociations: associations, idle: idle.duration)
    }

    var routes: [DoorRouteArgument] { ae }
}

/// `TITLE=NAME[,stat|routine][,HOST:PORT]`
struct DoorRouteArgument: ExpressibleByArgument, Sendable {
    let title: ApplicationEntityTitle
    let to: String
    let priority: Priority
    let address: PeerAddress?

    init?(argument: String) {
        guard let sign = argument.firstIndex(of: "="), let title = ApplicationEntityTitle(String(argument[..<sign])) else { return nil }
        var parts = argument[argument.index(after: sign)...].split(separator: ",", omittingEmptySubsequences: false).map(String.init)[...]
        guard let to = parts.popFirst(), !to.isEmpty else { return nil }
        var (priority, address): (Priority?, PeerAddress?) = (nil, nil)
        for part in parts {
            if priority == nil, let named = Priority(rawValue: part) {
                priority = named
            } else if address == nil, let given = try? PeerAddress(part) {
                address = given
            } else {
                return nil
            }
        }
        (self.title, self.to, self.priority, self.address) = (title, to, priority ?? .routine, address)
    }
}

extension AllowedCaller: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension NetworkAddress: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
