/// What a child is to do. Its words on the child's command line say it.
enum AssociationRole: Sendable, Equatable {
    /// Takes an association that somebody asks for.
    case takes(DoorCredentials?)
    /// Asks another application for one.
    case asks(TargetCredentials?)

    var words: [String] {
        switch self {
        case .takes(let credentials): ["take"] + (credentials.map { [$0.certificate, $0.key, $0.clients ?? ""] } ?? [])
        case .asks(let credentials): ["ask"] + (credentials.map { [$0.certificate ?? "", $0.key ?? "", $0.trusted] } ?? [])
        }
    }
}

/// The files of a TLS listener, in PEM.
public struct DoorCredentials: Sendable, Hashable {
    public let certificate: String
    public let key: String
    /// Certificates, or their issuers, that callers must show; `nil` where any caller may connect.
    public let clients: String?

    public init(certificate: String, key: String, clients: String?) {
        self.certificate = certificate
        self.key = key
        self.clients = clients
    }
}

/// The files of a connection over TLS to another application, in PEM.
public struct TargetCredentials: Sendable, Hashable {
    /// The other application's certificate, or its issuer's.
    public let trusted: String
    /// This side's, with its key; `nil` where it shows none.
    public let certificate: String?
    public let key: String?

    public init(trusted: String, certificate: String? = nil, key: String? = nil) {
        self.trusted = trusted
        self.certificate = certificate
        self.key = key
    }
}
