import Glibc
import TestSupport

/// A blocking TCP socket for tests that misbehave on purpose. Used from threads, never from tasks that must not wait long.
final class RawSocket: Sendable {
    let number: Int32

    init(owning number: Int32) {
        self.number = number
    }

    deinit { Glibc.close(number) }

    static func connect(port: UInt16) throws -> RawSocket {
        let socket = RawSocket(owning: Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        let result = withLoopback(port) { Glibc.connect(socket.number, $0, $1) }
        guard result == 0 else { throw ProgramFailure("cannot connect to port \(port)") }
        return socket
    }

    /// A listening socket and its port.
    static func listen() throws -> (RawSocket, UInt16) {
        let socket = RawSocket(owning: Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        guard withLoopback(0, { bind(socket.number, $0, $1) }) == 0, Glibc.listen(socket.number, 16) == 0 else {
            throw ProgramFailure("cannot listen")
        }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket.number, $0, &length) }
        }
        return (socket, UInt16(bigEndian: address.sin_port))
    }

    /// A port that nobody listens on at the moment.
    static func freePort() throws -> UInt16 {
        try listen().1
    }

    func accept() -> RawSocket? {
        let number = Glibc.accept(number, nil, nil)
        return number < 0 ? nil : RawSocket(owning: number)
    }

    func send(_ bytes: [UInt8]) {
        _ = Glibc.send(number, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Up to `count` bytes; empty at the end.
    func receive(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let received = recv(number, &bytes, count, 0)
        return Array(bytes.prefix(max(0, received)))
    }

    /// Makes both directions fail for whoever uses them.
    func shutdown() {
        Glibc.shutdown(number, Int32(SHUT_RDWR))
    }

    /// Makes the later close send RST instead of FIN.
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(number, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    private static func withLoopback(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}
