import DICOM

/// Another DICOM application that stores what it is sent: `AET@host:port`.
package struct StorageTarget: Sendable, Hashable, CustomStringConvertible {
    package let title: ApplicationEntityTitle
    package let host: String
    package let port: UInt16

    /// Reads `AET@host:port`; an IPv6 address stands in brackets.
    package init?(_ argument: String) {
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

    package var description: String { "\(title.text)@\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}
