import CLinux
import Glibc

/// A Unix-domain socket path in a fresh directory that only this user may enter, for the few milliseconds in which libzmq and the pump find each other.
///
/// Both names are removed as soon as the two are connected, so nothing is left behind even by a process that is killed later, and nobody can
/// connect a second time.
final class PrivateEndpoint {
    private static let socketName = "socket"

    private let directory: String
    private let path: String
    private var isRemoved = false

    /// - Throws: `systemFailure` when neither `$TMPDIR` nor `/tmp` can hold it.
    init() throws(ChannelError) {
        var lastErrno = ENOENT
        for base in Self.bases {
            guard let directory = Self.makeDirectory(in: base) else {
                lastErrno = errno
                continue
            }
            self.directory = directory
            path = directory + "/" + Self.socketName
            return
        }
        throw .system("make a private directory for a socket", errno: lastErrno)
    }

    deinit { remove() }

    /// The endpoint in ZeroMQ's notation.
    var zeroMQEndpoint: String { "ipc://" + path }

    /// Listens on the path, for ZeroMQ to connect.
    func listen() throws(ChannelError) -> FileDescriptor {
        let socket = try makeSocket()
        guard withAddress({ bind(socket.number, $0, $1) }) == 0, Glibc.listen(socket.number, 1) == 0 else {
            throw .system("listen on a private socket", errno: errno)
        }
        return socket
    }

    /// Accepts ZeroMQ's connection to a socket made by ``listen()``.
    func accept(_ listener: FileDescriptor, deadline: Deadline) throws(ChannelError) -> FileDescriptor {
        while !deadline.isOver {
            var entries = [Poll.entry(listener.number, Poll.readable)]
            try Poll.wait(&entries, milliseconds: deadline.pollTimeout)
            let number = CLinux_accept(listener.number, nil, nil)
            if number >= 0 {
                let socket = FileDescriptor(owning: number)
                try requireOwnProcess(socket)
                return socket
            }
            guard errno == EAGAIN || errno == EINTR || errno == ECONNABORTED else {
                throw .system("accept on a private socket", errno: errno)
            }
        }
        throw ChannelError(.systemFailure, "ZeroMQ did not connect to its private endpoint in time")
    }

    /// Connects to the path, which ZeroMQ has bound.
    func connect() throws(ChannelError) -> FileDescriptor {
        let socket = try makeSocket()
        while withAddress({ Glibc.connect(socket.number, $0, $1) }) != 0 {
            guard errno == EINTR else { throw .system("connect to a private socket", errno: errno) }
        }
        try requireOwnProcess(socket)
        return socket
    }

    /// Takes the names off the file system. Connections made through them stay.
    func remove() {
        guard !isRemoved else { return }
        isRemoved = true
        unlink(path)
        rmdir(directory)
    }

    private static var bases: [String] {
        let configured = getenv("TMPDIR").map { String(cString: $0) }
        return [configured, "/tmp"].compactMap { $0 }.filter { !$0.isEmpty }
    }

    /// `nil` with `errno` set when the directory cannot be made or the path in it would exceed what `sockaddr_un` holds.
    private static func makeDirectory(in base: String) -> String? {
        let template = base + "/veilray-channel-XXXXXX"
        let capacity = MemoryLayout.size(ofValue: sockaddr_un().sun_path)
        guard template.utf8.count + 1 + socketName.utf8.count < capacity else {
            errno = ENAMETOOLONG
            return nil
        }
        var characters = Array(template.utf8CString)
        // mkdtemp(3) gives it mode 0700.
        guard mkdtemp(&characters) != nil else { return nil }
        return characters.withUnsafeBufferPointer { buffer in buffer.baseAddress.map { String(cString: $0) } }
    }

    private func makeSocket() throws(ChannelError) -> FileDescriptor {
        let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw .system("make a private socket", errno: errno) }
        return FileDescriptor(owning: number)
    }

    private func withAddress(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { destination in
            // Fits: `makeDirectory` has checked it.
            destination.copyBytes(from: path.utf8.prefix(destination.count - 1))
        }
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }

    /// The directory keeps other users out; this keeps other processes of the same user out.
    private func requireOwnProcess(_ socket: FileDescriptor) throws(ChannelError) {
        let process = CLinux_peer_process(socket.number)
        guard process == getpid() else {
            throw ChannelError(.systemFailure, "process \(process) intruded into a private socket")
        }
    }
}
