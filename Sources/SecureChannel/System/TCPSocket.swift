import Basics
import CLinux
import Glibc

/// TCP sockets as the channel wants them: non-blocking, closed on exec, without delays of their own.
enum TCPSocket {
    /// Bytes that the kernel may hold without having sent them.
    ///
    /// Little, so that on a slow link a heartbeat is not stuck behind megabytes, and what `send` has accepted is not far ahead of the wire.
    private static let unsentBytes: Int32 = 256 << 10

    private static let creationFlags = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)

    /// Sets what both ends of every connection have.
    static func configure(_ socket: FileDescriptor, _ configuration: ChannelConfiguration) throws(ChannelError) {
        try set(socket, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        try set(socket, Int32(IPPROTO_TCP), TCP_NOTSENT_LOWAT, unsentBytes)
        // Finds a dead peer also when nothing is to be sent and heartbeats are off.
        try set(socket, SOL_SOCKET, SO_KEEPALIVE, 1)
        try set(socket, Int32(IPPROTO_TCP), TCP_KEEPIDLE, 15)
        try set(socket, Int32(IPPROTO_TCP), TCP_KEEPINTVL, 5)
        try set(socket, Int32(IPPROTO_TCP), TCP_KEEPCNT, 4)
        if let timeout = configuration.transmissionTimeout {
            try set(socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, timeout.millisecondsRoundedUp)
        }
    }

    /// Listens on the first of the addresses that lets itself be listened on.
    static func listen(on addresses: [KernelAddress]) throws(ChannelError) -> FileDescriptor {
        var lastErrno = EADDRNOTAVAIL
        for address in addresses {
            let number = socket(address.family, creationFlags, 0)
            guard number >= 0 else {
                lastErrno = errno
                continue
            }
            let socket = FileDescriptor(owning: number)
            try set(socket, SOL_SOCKET, SO_REUSEADDR, 1)
            if address.withPointer({ bind(number, $0, $1) }) == 0, Glibc.listen(number, SOMAXCONN) == 0 {
                return socket
            }
            lastErrno = errno
        }
        throw ChannelError(.cannotListen, "cannot listen there: \(systemMessage(lastErrno))")
    }

    /// Takes the next connection from the backlog; `nil` with `errno` set when there is none or it cannot be taken.
    static func accept(_ listener: FileDescriptor) -> (socket: FileDescriptor, peer: SocketAddress)? {
        var number: Int32 = -1
        let address = KernelAddress { pointer, length in
            number = CLinux_accept(listener.number, pointer, length)
            return number
        }
        guard let address else { return nil }
        return (FileDescriptor(owning: number), address.numeric)
    }

    /// Where a socket is bound.
    static func localAddress(of socket: FileDescriptor) -> SocketAddress? {
        KernelAddress { getsockname(socket.number, $0, $1) }?.numeric
    }

    /// Connects to the first of the addresses that answers.
    static func connect(
        to addresses: [KernelAddress], deadline: Deadline, signals: ConnectionSignals
    ) throws(ChannelError) -> (socket: FileDescriptor, peer: SocketAddress) {
        var last = ChannelError(.cannotConnect, "there is no address to connect to")
        for address in addresses {
            do {
                return (try connect(to: address, deadline: deadline, signals: signals), address.numeric)
            } catch {
                guard error.code == .cannotConnect else { throw error }
                last = error
            }
        }
        throw last
    }

    private static func connect(
        to address: KernelAddress, deadline: Deadline, signals: ConnectionSignals
    ) throws(ChannelError) -> FileDescriptor {
        let number = socket(address.family, creationFlags, 0)
        guard number >= 0 else { throw cannotConnect(errno) }
        let socket = FileDescriptor(owning: number)
        guard address.withPointer({ Glibc.connect(number, $0, $1) }) != 0 else { return socket }
        guard errno == EINPROGRESS || errno == EINTR else { throw cannotConnect(errno) }
        while !deadline.isOver {
            var entries = [Poll.entry(number, Poll.writable), Poll.entry(signals.waker.number, Poll.readable)]
            try Poll.wait(&entries, milliseconds: deadline.pollTimeout)
            if entries[1].revents != 0 {
                signals.waker.lower()
            }
            try signals.throwIfAborted()
            guard entries[0].revents != 0 else { continue }
            let result = pendingError(socket)
            guard result == 0 else { throw cannotConnect(result) }
            return socket
        }
        throw cannotConnect(ETIMEDOUT)
    }

    /// Bytes given to the kernel that the peer's kernel has not acknowledged.
    static func unacknowledgedBytes(_ socket: FileDescriptor) -> Int32 {
        var bytes: Int32 = 0
        // SIOCOUTQ, which shares its number with TIOCOUTQ.
        return ioctl(socket.number, UInt(TIOCOUTQ), &bytes) == 0 ? bytes : 0
    }

    private static func pendingError(_ socket: FileDescriptor) -> Int32 {
        var result: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(socket.number, SOL_SOCKET, SO_ERROR, &result, &size) == 0 ? result : errno
    }

    private static func cannotConnect(_ number: Int32) -> ChannelError {
        ChannelError(.cannotConnect, "no connection: \(systemMessage(number))")
    }

    private static func set(_ socket: FileDescriptor, _ level: Int32, _ option: Int32, _ value: Int32) throws(ChannelError) {
        var value = value
        guard setsockopt(socket.number, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
            throw .system("set up a TCP socket", errno: errno)
        }
    }
}
