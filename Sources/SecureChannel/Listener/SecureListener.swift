import Concurrency

/// Listens for peers and gives those that proved to be trusted as connections.
///
/// ```swift
/// let listener = try await SecureListener.bind(host: "*", port: 2762, credentials: mine, policy: .pinned(trustStore.contains))
/// for await connection in listener.connections { … }
/// ```
///
/// It listens until ``stop()`` or until nobody refers to it any more; connections live on without it.
public final class SecureListener: Sendable {
    /// Where it listens, with the port that the system chose when 0 was asked for.
    public let localAddress: SocketAddress

    private let loop: AcceptLoop
    private let ended: Completion<Void>

    private init(localAddress: SocketAddress, loop: AcceptLoop, ended: Completion<Void>) {
        self.localAddress = localAddress
        self.loop = loop
        self.ended = ended
    }

    deinit {
        requestStop()
    }

    /// - Parameters:
    ///   - host: An address or name of this machine; `*` for all its addresses.
    ///   - port: 0 lets the system choose one.
    ///   - policy: Judges each peer's certificate before ZeroMQ learns of the peer.
    ///   - onEvent: Told of peers that did not become connections, on a connection's thread; it should not take long.
    /// - Throws: `unknownHost`, `cannotListen`, `invalidConfiguration`, `tlsFailure`, `systemFailure`.
    public static func bind(
        host: String, port: UInt16, credentials: TLSCredentials, policy: PeerPolicy, limits: ListenerLimits = ListenerLimits(),
        configuration: ChannelConfiguration = ChannelConfiguration(), onEvent: @escaping @Sendable (ListenerEvent) -> Void = { _ in }
    ) async throws(ChannelError) -> SecureListener {
        try configuration.validate()
        try limits.validate()
        let context = try TLSContext(
            role: .server, credentials: credentials, policy: policy, applicationProtocol: configuration.applicationProtocol)
        let signals = try ConnectionSignals()
        let handoff = Handoff<Result<SecureListener, ChannelError>>()
        try DedicatedThread.startForChannel(name: AcceptLoop.name) {
            let loop: AcceptLoop
            let ended = Completion<Void>()
            do throws(ChannelError) {
                let socket = try listen(host: host, port: port)
                loop = AcceptLoop(
                    listener: socket, context: context, configuration: configuration, registry: ConnectionRegistry(limits),
                    mailbox: ConnectionMailbox(), signals: signals, onEvent: onEvent)
                let address = try localAddress(of: socket)
                handoff.pass(.success(SecureListener(localAddress: address, loop: loop, ended: ended)))
            } catch {
                handoff.pass(.failure(error.concerning(SocketAddress.format(host: host, port: port))))
                return
            }
            loop.run()
            loop.listener.close()
            signals.waker.close()
            ended.complete(())
        }
        return try await handoff.take().get()
    }

    /// Peers as they come, until ``stop()``. Several tasks may iterate; each connection goes to one of them.
    public var connections: Connections { Connections(mailbox: loop.mailbox) }

    /// Stops listening: the port is free when this returns. Handshakes under way and connections that nobody took from ``connections`` are cut,
    /// all others live on.
    public func stop() async {
        requestStop()
        await ended.value
    }

    private func requestStop() {
        loop.signals.close()
        loop.registry.stop()
        loop.mailbox.close()
    }

    private static func listen(host: String, port: UInt16) throws(ChannelError) -> FileDescriptor {
        try TCPSocket.listen(on: try KernelAddress.resolve(host: host, port: port, toListen: true))
    }

    private static func localAddress(of socket: FileDescriptor) throws(ChannelError) -> SocketAddress {
        guard let address = TCPSocket.localAddress(of: socket) else {
            throw ChannelError(.systemFailure, "the system does not tell where it listens")
        }
        return address
    }
}

extension SecureListener {
    /// A listener's connections.
    public struct Connections: AsyncSequence, Sendable {
        public typealias Failure = Never

        fileprivate let mailbox: ConnectionMailbox

        public func makeAsyncIterator() -> Iterator {
            Iterator(mailbox: mailbox)
        }

        public struct Iterator: AsyncIteratorProtocol {
            fileprivate let mailbox: ConnectionMailbox

            /// `nil` once the listener has stopped, or when the task is cancelled.
            public mutating func next(isolation actor: isolated (any Actor)?) async -> SecureConnection? {
                await mailbox.take()
            }

            public mutating func next() async -> SecureConnection? {
                await mailbox.take()
            }
        }
    }
}

/// An event that a listener reports besides its connections. For logs and counters.
public enum ListenerEvent: Sendable {
    /// A peer did not become a connection: the handshake failed, its certificate is not trusted, or there are too many.
    case rejected(peer: SocketAddress, error: ChannelError)

    /// The system cannot take new connections for the moment, for example because the process has no file descriptors left. The listener tries again.
    case cannotAccept(ChannelError)
}
