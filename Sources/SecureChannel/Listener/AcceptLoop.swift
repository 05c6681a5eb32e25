import Concurrency
import Glibc

/// A listener's own thread: takes TCP connections and gives each a thread, and never waits for any peer.
struct AcceptLoop: Sendable {
    static let name = "veilray-accept"

    /// How long to wait before trying again when the system has no room for another connection.
    private static let retryMilliseconds: Int32 = 100

    let listener: FileDescriptor
    let context: TLSContext
    let configuration: ChannelConfiguration
    let registry: ConnectionRegistry
    let mailbox: ConnectionMailbox
    let signals: ConnectionSignals
    let onEvent: @Sendable (ListenerEvent) -> Void

    /// Runs until the signals ask it to end.
    func run() {
        while !signals.isCloseRequested {
            do {
                try acceptAll()
                try wait(milliseconds: -1, forConnections: true)
            } catch {
                guard !signals.isCloseRequested else { return }
                onEvent(.cannotAccept(error))
                try? wait(milliseconds: Self.retryMilliseconds, forConnections: false)
            }
        }
    }

    private func acceptAll() throws(ChannelError) {
        while !signals.isCloseRequested {
            guard let (socket, peer) = TCPSocket.accept(listener) else {
                switch errno {
                case EAGAIN: return
                case EINTR, ECONNABORTED, EPROTO, EPERM, ENETDOWN, EHOSTDOWN, EHOSTUNREACH, ENETUNREACH, ENONET, ENOPROTOOPT, EOPNOTSUPP:
                    continue
                default: throw .system("take a connection", errno: errno)
                }
            }
            try start(socket, peer: peer)
        }
    }

    private func start(_ socket: FileDescriptor, peer: SocketAddress) throws(ChannelError) {
        let link = try ConnectionLink(configuration)
        let id = try registry.beginHandshake(link.signals, from: peer)
        let connection = AcceptedConnection(
            socket: socket, peer: peer, link: link, id: id, context: context, registry: registry, mailbox: mailbox, onEvent: onEvent)
        do {
            try DedicatedThread.startForChannel(name: ConnectionThread.name) { connection.run() }
        } catch {
            registry.failHandshake(id)
            throw error
        }
    }

    private func wait(milliseconds: Int32, forConnections: Bool) throws(ChannelError) {
        var entries = [
            Poll.entry(listener.number, forConnections ? Poll.readable : 0),
            Poll.entry(signals.waker.number, Poll.readable),
        ]
        try Poll.wait(&entries, milliseconds: milliseconds)
        if entries[1].revents != 0 {
            signals.waker.lower()
        }
    }
}
