/// Where an authenticated connection stands. The graph is drawn in docs/channel/ending.md.
enum ConnectionPhase {
    /// Bytes go both ways.
    case open
    /// This side closes: what was accepted still goes out, what comes in is dropped.
    case flushing
    /// Everything has gone out. This side's close_notify follows it; what comes in is discarded until the peer's close_notify.
    case leaving(notified: Bool)
    /// Nothing more comes from the peer. Its last messages are on their way through ZeroMQ and, when it took leave, so is this side's
    /// close_notify on its way to it.
    ///
    /// - end: What there is to say when the last message is delivered.
    case draining(notified: Bool, end: ConnectionEnd)
    /// This side has taken leave, and the peer is gone.
    ///
    /// - confirmed: Whether the peer took leave in turn.
    case left(confirmed: Bool)
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

    /// What those get who send after this end.
    var errorForSenders: ChannelError {
        switch self {
        case .closedHere: .closedHere
        case .closedByPeer: .closedByPeer
        case .broken(let error): error
        }
    }
}
