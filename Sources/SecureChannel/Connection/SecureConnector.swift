import Concurrency

/// Makes connections to listeners.
public enum SecureConnector {
    /// Connects and returns when each side has accepted the other's certificate; with ``ChannelConfiguration/awaitsAcceptance`` off, already
    /// when this side has.
    ///
    /// ```swift
    /// let connection = try await SecureConnector.connect(host: "reading.example", port: 2762, credentials: mine, policy: .pinned { $0 == theirs })
    /// ```
    ///
    /// - Parameter policy: Judges the listener's certificate before anything is sent inside TLS.
    /// - Throws: `unknownHost`, `cannotConnect`, `handshakeTimedOut`, `handshakeInterrupted`, `notTLS`, `unsupportedTLSVersion`, `peerNotTrusted`,
    ///   `refusedByPeer`, `turnedAway`, `cut`, `protocolViolation`, `cancelled`, `invalidConfiguration`, `tlsFailure`, `systemFailure`.
    public static func connect(
        host: String, port: UInt16, credentials: TLSCredentials, policy: PeerPolicy,
        configuration: ChannelConfiguration = ChannelConfiguration()
    ) async throws(ChannelError) -> SecureConnection {
        try configuration.validate()
        let context = try TLSContext(
            role: .client, credentials: credentials, policy: policy, applicationProtocol: configuration.applicationProtocol)
        let link = try ConnectionLink(configuration)
        let handoff = Handoff<Result<SecureConnection, ChannelError>>()
        try DedicatedThread.startForChannel(name: ConnectionThread.name) {
            run(host: host, port: port, context: context, link: link, handoff: handoff)
        }
        let result = await withTaskCancellationHandler {
            await handoff.take()
        } onCancel: {
            // The resolver cannot be interrupted, so the thread may end some time after the task.
            handoff.pass(.failure(.cancelled))
            link.signals.abort(.cancelled)
        }
        return try result.get()
    }

    /// The connection's thread, from the first packet to the last.
    private static func run(
        host: String, port: UInt16, context: TLSContext, link: ConnectionLink, handoff: Handoff<Result<SecureConnection, ChannelError>>
    ) {
        do {
            let deadline = Deadline.after(link.configuration.handshakeTimeout)
            let addresses = try KernelAddress.resolve(host: host, port: port, toListen: false)
            let (socket, peer) = try TCPSocket.connect(to: addresses, deadline: deadline, signals: link.signals)
            let pump = try authenticate(socket, peer: peer, context: context, link: link, deadline: deadline, handoff: handoff)
            ConnectionThread.serve(pump, socket: socket, link: link)
        } catch {
            handoff.pass(.failure(error.concerning(SocketAddress.format(host: host, port: port))))
        }
    }

    private static func authenticate(
        _ socket: FileDescriptor, peer: SocketAddress, context: TLSContext, link: ConnectionLink, deadline: Deadline,
        handoff: Handoff<Result<SecureConnection, ChannelError>>
    ) throws(ChannelError) -> ConnectionPump {
        try TCPSocket.configure(socket, link.configuration)
        let session = try TLSSession(context: context, socket: socket.number)
        try TLSHandshake.perform(session, socket: socket, deadline: deadline, signals: link.signals)
        let inbound = PumpBuffer()
        // A plain ZeroMQ peer behind a TLS tunnel negotiates no application protocol, and takes nothing before it has spoken.
        if link.configuration.awaitsAcceptance || session.negotiatedApplicationProtocol == nil {
            try TLSHandshake.awaitAcceptance(session, into: inbound, socket: socket, deadline: deadline, signals: link.signals)
        }
        let pump = try ConnectionPump(session: session, role: .client, socket: socket, link: link, inbound: inbound)
        // When the task was cancelled meanwhile, nobody takes the connection, and its end aborts the link.
        handoff.pass(.success(SecureConnection(link: link, session: session, peerAddress: peer)))
        return pump
    }
}
