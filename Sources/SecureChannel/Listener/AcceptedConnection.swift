import Basics
import Glibc

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
