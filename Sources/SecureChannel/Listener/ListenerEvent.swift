/// What a listener has to tell besides its connections. For logs and counters.
public enum ListenerEvent: Sendable {
    /// A peer did not become a connection: the handshake failed, its certificate is not trusted, or there are too many.
    case rejected(peer: SocketAddress, error: ChannelError)

    /// The system cannot take new connections for the moment, for example because the process has no file descriptors left. The listener tries again.
    case cannotAccept(ChannelError)
}
