public import DICOM
import Glibc

/// A caller that may ask for an association: a calling title at an address, `TITLE@ADDRESS`.
///
/// Either may be `*`, for any; the address may be a network, `10.0.0.0/24`. Addresses are numbers: a name server has no say in who is let in.
public struct AllowedCaller: Sendable, Hashable, CustomStringConvertible {
    /// `nil` for any.
    public let title: ApplicationEntityTitle?
    /// `nil` for any.
    public let network: AddressRange?

    public init(title: ApplicationEntityTitle?, network: AddressRange?) {
        self.title = title
        self.network = network
    }

    public init?(_ argument: String) {
        guard let at = argument.lastIndex(of: "@") else { return nil }
        let (title, address) = (String(argument[..<at]), String(argument[argument.index(after: at)...]))
        if title == "*" {
            self.title = nil
        } else {
            guard let title = ApplicationEntityTitle(title) else { return nil }
            self.title = title
        }
        if address == "*" {
            network = nil
        } else {
            guard let range = AddressRange(address) else { return nil }
            network = range
        }
    }

    public var description: String { "\(title?.text ?? "*")@\(network?.description ?? "*")" }

    func admits(_ address: NetworkAddress) -> Bool { network?.contains(address) ?? true }

    func admits(_ title: ApplicationEntityTitle, at address: NetworkAddress) -> Bool {
        (self.title.map { $0 == title } ?? true) && admits(address)
    }
}

/// An IPv4 or IPv6 address. An IPv4 address that is written as an IPv6 one (RFC 4291 §2.5.5.2) is the IPv4 address.
public struct NetworkAddress: Sendable, Hashable, CustomStringConvertible {
    /// 4 or 16.
    public let bytes: [UInt8]

    public init?(_ text: String) {
        var bare = text[...]
        if bare.hasPrefix("["), bare.hasSuffix("]") { bare = bare.dropFirst().dropLast() }
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, String(bare), &bytes) == 1 {
            self.init(bytes: Array(bytes[..<4]))
        } else if inet_pton(AF_INET6, String(bare), &bytes) == 1 {
            self.init(bytes: bytes)
        } else {
            return nil
        }
    }

    init(bytes: [UInt8]) {
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        self.bytes = bytes.count == 16 && bytes.starts(with: mapped) ? Array(bytes[12...]) : bytes
    }

    public var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "?" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// The addresses that begin with the same bits: `10.0.0.0/24`, or a single one.
public struct AddressRange: Sendable, Hashable, CustomStringConvertible {
    public let first: NetworkAddress
    public let prefixLength: Int

    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ NetworkAddress(String($0)) }) else { return nil }
        let whole = address.bytes.count * 8
        first = address
        guard parts.count == 2 else {
            prefixLength = whole
            return
        }
        guard let length = Int(parts[1]), (0...whole).contains(length) else { return nil }
        prefixLength = length
    }

    func contains(_ address: NetworkAddress) -> Bool {
        guard address.bytes.count == first.bytes.count else { return false }
        return (0..<prefixLength).allSatisfy { bit in
            let mask: UInt8 = 0x80 >> UInt8(bit % 8)
            return address.bytes[bit / 8] & mask == first.bytes[bit / 8] & mask
        }
    }

    public var description: String { prefixLength == first.bytes.count * 8 ? "\(first)" : "\(first)/\(prefixLength)" }
}
