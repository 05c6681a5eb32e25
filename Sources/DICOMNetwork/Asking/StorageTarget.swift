public import DICOM

/// Another DICOM application that stores what it is sent: `AET@host:port`.
public struct StorageTarget: Sendable, Hashable, CustomStringConvertible {
    public let title: ApplicationEntityTitle
    public let host: String
    public let port: UInt16
    /// For a connection over TLS; `nil` without it.
    public var credentials: TargetCredentials?

    /// Reads `AET@host:port`; an IPv6 address stands in brackets.
    public init?(_ argument: String) {
        guard let at = argument.lastIndex(of: "@"),
            let title = ApplicationEntityTitle(String(argument[..<at]))
        else { return nil }
        let address = argument[argument.index(after: at)...]
        guard let colon = address.lastIndex(of: ":"), let port = UInt16(address[address.index(after: colon)...]), port > 0 else {
            return nil
        }
        var host = address[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, isBracketed || !host.contains(":") else { return nil }
        self.title = title
        self.host = String(host)
        self.port = port
    }

    public var description: String { "\(title.text)@\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}
