/// Where an authenticated connection stands. The graph is drawn in docs/channel.md.
enum ConnectionPhase {
    /// Bytes go both ways.
    case open
    /// This side closes: what was accepted still goes out, what comes in is dropped.
    case flushing
    /// Everything has gone out. This side's close_notify follows it; what comes in is discarded until the peer's close_notify.
    case leaving(notified: Bool)
    /// The peer's close_notify has come. Its last messages are on their way through ZeroMQ, this side's close_notify on its way to it.
    case draining(notified: Bool)
    /// Both have taken leave, this side first.
    case left
}

/// How a connection ended.
enum ConnectionEnd {
    /// This side closed it.
    ///
    /// - confirmed: Whether the peer answered, which it does after it has read everything.
    case closedHere(confirmed: Bool)
    /// The peer closed it, and its last message was delivered.
    case closedByPeer
    case broken(ChannelError)
}
