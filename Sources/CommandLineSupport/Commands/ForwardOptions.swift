public import ArgumentParser
public import DICOM
public import DICOMNetwork

/// The DICOM application to which complete studies are forwarded, and the terms of forwarding.
public struct ForwardOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Hand what is complete on to this DICOM application.", valueName: "AET@host:port"))
    public var forward: StorageTarget?

    @Option(help: ArgumentHelp("This side's application entity title, for --forward.", valueName: "AET"))
    public var calling = ApplicationEntityTitle.veilray

    @Option(help: ArgumentHelp("How long to wait for the other application's answers.", valueName: "seconds"))
    public var forwardTimeout = 30

    @Option(
        help: ArgumentHelp(
            "Forward over TLS (BCP 195), to this certificate, or to one that it has issued; in PEM.",
            discussion: "Names are not compared: give the application's own certificate rather than that of a large authority.",
            valueName: "file"), completion: .file())
    public var forwardTls: String?

    @Option(
        help: ArgumentHelp("This side's certificate for --forward-tls, in PEM, where it is asked for one.", valueName: "file"),
        completion: .file())
    public var forwardCertificate: String?

    @Option(help: ArgumentHelp("Its private key, in PEM, without a passphrase.", valueName: "file"), completion: .file())
    public var forwardKey: String?

    public init() {}

    public func validate() throws {
        guard (1...3_600).contains(forwardTimeout) else { throw ValidationError("--forward-timeout takes 1 to 3600 seconds") }
        guard forward != nil || forwardTls == nil else { throw ValidationError("--forward-tls is about --forward") }
        guard (forwardCertificate == nil) == (forwardKey == nil) else {
            throw ValidationError("--forward-certificate and --forward-key go together")
        }
        guard forwardTls != nil || forwardCertificate == nil else { throw ValidationError("--forward-certificate is about --forward-tls") }
    }

    /// With the files for TLS.
    public var target: StorageTarget? {
        guard var target = forward else { return nil }
        target.credentials = forwardTls.map { TargetCredentials(trusted: $0, certificate: forwardCertificate, key: forwardKey) }
        return target
    }

    public var timeout: Duration { .seconds(forwardTimeout) }
}

extension StorageTarget: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension ApplicationEntityTitle: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
