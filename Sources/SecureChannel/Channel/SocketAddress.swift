import CLinux
import Glibc

/// A TCP endpoint in numbers.
public struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    /// The IPv4 or IPv6 address in its usual notation, without brackets.
    public let host: String

    public let port: UInt16

    /// `192.0.2.1:2762` or `[2001:db8::1]:2762`.
    public var description: String {
        Self.format(host: host, port: port)
    }

    /// The part of an address that one party is likely to have to itself: an IPv4 address, or the 64 bits of an IPv6 address that name a
    /// network.
    var network: String {
        var bytes = in6_addr()
        let withoutZone = String(host.prefix { $0 != "%" })
        guard host.contains(":"), inet_pton(AF_INET6, withoutZone, &bytes) == 1 else { return host }
        return withUnsafeBytes(of: bytes) { $0.prefix(8).map { "\($0)" }.joined(separator: ".") + "/64" }
    }

    static func format(host: String, port: UInt16) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

/// An address as the kernel takes and gives it.
struct KernelAddress: Sendable {
    private var storage = sockaddr_storage()
    private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

    var family: Int32 { Int32(storage.ss_family) }

    /// Lets a system call read the address.
    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    /// Makes an address from what a system call writes; `nil` when the call returns a negative number.
    init?(filledBy body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32) {
        var length = self.length
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, &length) }
        }
        guard result >= 0 else { return nil }
        self.length = length
    }

    private init(_ information: addrinfo) {
        length = min(information.ai_addrlen, length)
        withUnsafeMutableBytes(of: &storage) { destination in
            destination.copyMemory(from: UnsafeRawBufferPointer(start: information.ai_addr, count: Int(length)))
        }
    }

    /// The address in numbers. An IPv4 address that arrived on an IPv6 socket is shown as the IPv4 address it is.
    var numeric: SocketAddress {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var service = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        let result = withPointer { pointer, length in
            getnameinfo(
                pointer, length, &host, socklen_t(host.count), &service, socklen_t(service.count), NI_NUMERICHOST | NI_NUMERICSERV)
        }
        guard result == 0 else { return SocketAddress(host: "unknown", port: 0) }
        let text = string(host)
        let mapped = "::ffff:"
        return SocketAddress(
            host: text.hasPrefix(mapped) && text.contains(".") ? String(text.dropFirst(mapped.count)) : text,
            port: UInt16(string(service)) ?? 0)
    }

    /// Asks the resolver, which may block: for dedicated threads only.
    ///
    /// - Parameter host: A name, an address, or `*` for every address of this machine.
    /// - Throws: `unknownHost`.
    static func resolve(host: String, port: UInt16, toListen: Bool) throws(ChannelError) -> [KernelAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV | (toListen ? AI_PASSIVE : AI_ADDRCONFIG)
        var list: UnsafeMutablePointer<addrinfo>?
        let result = getaddrinfo(host == "*" ? nil : host, String(port), &hints, &list)
        defer { list.map(freeaddrinfo) }
        guard result == 0 else {
            let explanation = String(cString: gai_strerror(result))
            throw ChannelError(
                .unknownHost, "no address is known for \"\(host)\": \(explanation)", peer: SocketAddress.format(host: host, port: port))
        }
        var addresses: [KernelAddress] = []
        var next = list
        while let entry = next {
            addresses.append(KernelAddress(entry.pointee))
            next = entry.pointee.ai_next
        }
        // "*" wants the IPv6 wildcard, which takes IPv4 along; the resolver lists IPv4's first.
        return host == "*" ? addresses.filter { $0.family == AF_INET6 } + addresses.filter { $0.family != AF_INET6 } : addresses
    }
}

private func string(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
