import Basics
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

/// A TCP connection that a listener took: its thread's way from the first packet to the last.
struct AcceptedConnection: Sendable {
    let socket: FileDescriptor
    let peer: SocketAddress
    let link: ConnectionLink
    let id: UInt64
    let context: TLSContext
    let registry: ConnectionRegistry
    let mailbox: ConnectionMailbox
    let onEvent: @Sendable (ListenerEvent) -> Void

    func run() {
        do {
            let session = try authenticate()
            try admit(session)
        } catch {
            onEvent(.rejected(peer: peer, error: error.concerning(peer.description)))
            if [.peerNotTrusted, .noPeerCertificate, .tooManyConnections].contains(error.code) { letReasonBeRead() }
            registry.failHandshake(id)
            socket.close()
            link.signals.waker.close()
        }
    }

    private func authenticate() throws(ChannelError) -> TLSSession {
        try TCPSocket.configure(socket, link.configuration)
        let session = try TLSSession(context: context, socket: socket.number)
        let deadline = Deadline.after(link.configuration.handshakeTimeout)
        try TLSHandshake.perform(session, socket: socket, deadline: deadline, signals: link.signals)
        return session
    }

    /// Says nothing more, and takes what the peer still sends, until it leaves or the time is over.
    ///
    /// A socket that is closed with unread bytes in it is reset (RFC 2525 §2.17). On its way the reset may destroy the alert before it, and
    /// to the peer being refused would look like a broken link. The handshake stays counted meanwhile, so that others can displace it.
    private func letReasonBeRead() {
        guard shutdown(socket.number, Int32(SHUT_WR)) == 0 else { return }
        let deadline = Deadline.after(Self.farewell)
        let buffer = PumpBuffer()
        while !deadline.isOver, (try? link.signals.throwIfAborted()) != nil {
            var entries = [Poll.entry(socket.number, Poll.readable), Poll.entry(link.signals.waker.number, Poll.readable)]
            guard (try? Poll.wait(&entries, milliseconds: deadline.pollTimeout)) != nil else { return }
            if entries[1].revents != 0 { link.signals.waker.lower() }
            guard entries[0].revents != 0 else { continue }
            let count = recv(socket.number, buffer.room.baseAddress, buffer.room.count, 0)
            guard count > 0 || count < 0 && [EAGAIN, EINTR].contains(errno) else { return }
        }
    }

    /// How long a peer that is refused may take to read why.
    private static let farewell = Duration.seconds(3)

    /// Only from here on does ZeroMQ know of the connection.
    private func admit(_ session: TLSSession) throws(ChannelError) {
        do {
            try registry.completeHandshake(id)
        } catch {
            // So that the peer can tell being turned away from a broken link.
            _ = try? session.sendCloseNotify()
            throw error
        }
        defer { registry.endConnection() }
        let pump = try ConnectionPump(session: session, role: .server, socket: socket, link: link, inbound: PumpBuffer())
        mailbox.put(SecureConnection(link: link, session: session, peerAddress: peer))
        ConnectionThread.serve(pump, socket: socket, link: link)
    }
}
