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
            socket.close()
            link.signals.waker.close()
            onEvent(.rejected(peer: peer, error: error.concerning(peer.description)))
        }
    }

    private func authenticate() throws(ChannelError) -> TLSSession {
        do {
            try TCPSocket.configure(socket, link.configuration)
            let session = try TLSSession(context: context, socket: socket.number)
            let deadline = Deadline.after(link.configuration.handshakeTimeout)
            try TLSHandshake.perform(session, socket: socket, deadline: deadline, signals: link.signals)
            return session
        } catch {
            registry.failHandshake(id)
            throw error
        }
    }

    /// Only from here on does ZeroMQ know of the connection.
    private func admit(_ session: TLSSession) throws(ChannelError) {
        do {
            try registry.completeHandshake(id)
        } catch {
            registry.failHandshake(id)
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
