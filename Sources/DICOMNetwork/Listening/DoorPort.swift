import Basics
import CLinux
import Glibc

/// A port that is listened on. IPv4 comes in through the IPv6 socket where that is possible.
final class DoorPort: Sendable {
    let descriptor: Int32
    let port: UInt16

    /// - Parameters:
    ///   - address: of this machine; `nil` for all.
    ///   - port: 0 for any free one.
    /// - Throws: `DoorListener.Failure`
    init(address: NetworkAddress?, port: UInt16) throws(DoorListener.Failure) {
        func failure() -> DoorListener.Failure {
            DoorListener.Failure(description: "port \(port) cannot be listened on: \(systemMessage(errno))", number: errno)
        }
        let isVersion4 = address?.bytes.count == 4
        var descriptor = Self.make(isVersion4 ? AF_INET : AF_INET6)
        // A machine without IPv6.
        let fallsBack = descriptor < 0 && address == nil
        if fallsBack { descriptor = Self.make(AF_INET) }
        guard descriptor >= 0 else { throw failure() }
        guard Self.bind(descriptor, address, port, isVersion4: isVersion4 || fallsBack), listen(descriptor, 64) == 0,
            let bound = Self.port(of: descriptor)
        else {
            let error = failure()
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.port = bound
    }

    deinit { close(descriptor) }

    private static func make(_ family: Int32) -> Int32 {
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | flags, 0)
        guard descriptor >= 0 else { return descriptor }
        var (one, zero): (Int32, Int32) = (1, 0)
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, size)
        if family == AF_INET6 { setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &zero, size) }
        return descriptor
    }

    private static func bind(_ descriptor: Int32, _ address: NetworkAddress?, _ port: UInt16, isVersion4: Bool) -> Bool {
        if isVersion4 {
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = port.bigEndian
            if let address { withUnsafeMutableBytes(of: &name.sin_addr) { $0.copyBytes(from: address.bytes) } }
            return bind(descriptor, &name)
        }
        var name = sockaddr_in6()
        name.sin6_family = sa_family_t(AF_INET6)
        name.sin6_port = port.bigEndian
        if let address { withUnsafeMutableBytes(of: &name.sin6_addr) { $0.copyBytes(from: address.bytes) } }
        return bind(descriptor, &name)
    }

    private static func bind<Name>(_ descriptor: Int32, _ name: inout Name) -> Bool {
        withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<Name>.size)) == 0
            }
        }
    }

    private static func port(of descriptor: Int32) -> UInt16? {
        var name = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        guard result == 0 else { return nil }
        // The port stands behind the family in both kinds.
        return withUnsafeBytes(of: &name) { UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self)) }
    }

    /// The next connection, if there is one within some milliseconds, and where it comes from. It blocks.
    func accept(within milliseconds: Int32) -> (descriptor: Int32, address: NetworkAddress)? {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, milliseconds) > 0 else { return nil }
        var name = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let connection = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { CLinux_accept(descriptor, $0, &size) }
        }
        guard connection >= 0 else { return nil }
        // The association library reads and writes until it is done.
        let flags = fcntl(connection, F_GETFL)
        guard flags >= 0, fcntl(connection, F_SETFL, flags & ~Int32(O_NONBLOCK)) == 0 else {
            close(connection)
            return nil
        }
        // Behind the family and the port: 4 bytes of IPv4; behind four more, 16 of IPv6.
        let isVersion4 = Int32(name.ss_family) == AF_INET
        let bytes = withUnsafeBytes(of: &name) { Array(isVersion4 ? $0[4..<8] : $0[8..<24]) }
        return (connection, NetworkAddress(bytes: bytes))
    }
}
