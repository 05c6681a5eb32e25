import Basics

/// The address at which a receiver listens: `HOST:PORT`, `192.0.2.1:7717`, `[2001:db8::1]:7717`.
public struct PeerAddress: Sendable, Hashable, CustomStringConvertible {
    /// Host name or address, without brackets.
    public let host: String
    /// 0 asks the system for a free port when listening.
    public let port: UInt16

    /// - Throws: ``ProtocolError/Code/invalidAddress``
    public init(_ text: String) throws(ProtocolError) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw Self.invalid(text)
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw Self.invalid(text)
        }
        guard (1...255).contains(host.utf8.count), host.utf8.allSatisfy(Self.isHostByte) else { throw Self.invalid(text) }
        self.host = String(host)
        self.port = port
    }

    public var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        // Printable ASCII without space, brackets and slashes: names, dotted quads, IPv6 with a zone.
        (0x21...0x7E).contains(byte) && !"[]/\\@".utf8.contains(byte)
    }

    private static func invalid(_ text: String) -> ProtocolError {
        ProtocolError(
            .invalidAddress, "an address is HOST:PORT, for example clinic.example.org:7717 or [2001:db8::1]:7717",
            subject: PlainText.harmless(text))
    }
}
