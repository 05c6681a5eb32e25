import Basics
import Glibc

/// A non-blocking TCP socket of the loopback, closed with its owner. Used by the link's thread only, but for the listener's address.
final class LinkSocket: Sendable {
    enum Reading {
        case bytes(Int)
        case nothing
        case finished
        case broken
    }

    let number: Int32

    private init(owning number: Int32) {
        self.number = number
        // The programs that the tests start must not inherit it, or it would stay open with them.
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
        set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    }

    deinit { close(number) }

    /// Listens on a port of the loopback, 0 for a free one.
    ///
    /// - Parameter receiveBuffer: SO_RCVBUF of the connections; `nil` leaves it to the kernel.
    static func listen(port: UInt16, receiveBuffer: Int?) throws(LinkError) -> (socket: LinkSocket, port: UInt16) {
        let socket = try make()
        socket.set(SOL_SOCKET, SO_REUSEADDR, 1)
        socket.limit(receiveBuffer)
        var address = loopback(port)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let failed = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket.number, $0, length) != 0 || Glibc.listen(socket.number, 64) != 0 || getsockname(socket.number, $0, &length) != 0
            }
        }
        guard !failed else { throw LinkError(errno: errno) }
        return (socket, UInt16(bigEndian: address.sin_port))
    }

    /// Connects to a port of the loopback, which is a matter of microseconds.
    static func connect(to port: UInt16, receiveBuffer: Int?) throws(LinkError) -> LinkSocket {
        let socket = try make()
        socket.limit(receiveBuffer)
        let address = loopback(port)
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result != 0, errno == EINPROGRESS else {
            guard result == 0 else { throw LinkError(errno: errno) }
            return socket
        }
        var entry = pollfd(fd: socket.number, events: Int16(POLLOUT), revents: 0)
        guard poll(&entry, 1, 1000) == 1 else { throw LinkError(errno: ETIMEDOUT) }
        var failure: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(socket.number, SOL_SOCKET, SO_ERROR, &failure, &size)
        guard failure == 0 else { throw LinkError(errno: failure) }
        return socket
    }

    private static func make() throws(LinkError) -> LinkSocket {
        let number = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard number >= 0 else { throw LinkError(errno: errno) }
        return LinkSocket(owning: number)
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    /// The next connection; `nil` when there is none.
    func accept() -> LinkSocket? {
        let accepted = Glibc.accept(number, nil, nil)
        return accepted < 0 ? nil : LinkSocket(owning: accepted)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Reading {
        let count = recv(number, buffer.baseAddress, buffer.count, 0)
        if count > 0 { return .bytes(count) }
        if count == 0 { return .finished }
        return errno == EAGAIN || errno == EINTR ? .nothing : .broken
    }

    /// Returns how many bytes the kernel took; `nil` when the connection is broken.
    func write(_ bytes: ArraySlice<UInt8>) -> Int? {
        let count = bytes.withUnsafeBytes { send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        if count >= 0 { return count }
        return errno == EAGAIN || errno == EINTR ? 0 : nil
    }

    func finishWriting() { shutdown(number, Int32(SHUT_WR)) }

    /// Ends both directions with FIN.
    func finish() { shutdown(number, Int32(SHUT_RDWR)) }

    /// Makes the close send RST.
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(number, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// A small buffer, in packets of an Ethernet: with the loopback's own of 64 KiB, a small buffer would stall TCP.
    private func limit(_ receiveBuffer: Int?) {
        guard let receiveBuffer else { return }
        set(Int32(IPPROTO_TCP), TCP_MAXSEG, 1460)
        set(SOL_SOCKET, SO_RCVBUF, Int32(clamping: receiveBuffer))
    }

    private func set(_ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}

/// Why there is no link.
public struct LinkError: Error, CustomStringConvertible {
    public let description: String

    init(errno number: Int32) {
        description = "the simulated link cannot be made: \(systemMessage(number))"
    }
}
