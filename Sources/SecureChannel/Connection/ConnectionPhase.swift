/// The phase of an authenticated connection. The graph is drawn in docs/channel/ending.md.
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

/// The way in which a connection ended.
enum ConnectionEnd {
    /// This side closed it.
    ///
    /// - confirmed: Whether the peer answered, which it does after it has read everything.
    case closedHere(confirmed: Bool)
    /// The peer closed it, and its last message was delivered.
    case closedByPeer
    case broken(ChannelError)

    /// The error for those who send after this end.
    var errorForSenders: ChannelError {
        switch self {
        case .closedHere: .closedHere
        case .closedByPeer: .closedByPeer
        case .broken(let error): error
        }
    }
}

/// The clocks of a connection: the time for which it has been silent, and the time for which its end has made no headway.
struct PumpClocks {
    /// While the end of a connection waits for the network, this is how often its headway is looked at.
    static let lingerInspectionMilliseconds: Int32 = 250

    /// By when the peer has to have said ZMTP's opening.
    let opening: Deadline
    private let silenceTimeout: Duration?
    private let lingerTimeout: Duration
    private var silence: Deadline?
    private var linger: Deadline
    private var unacknowledgedBytes: Int32 = 0

    init(_ configuration: ChannelConfiguration) {
        silenceTimeout = configuration.heartbeatInterval == nil ? nil : configuration.silenceTimeout
        lingerTimeout = configuration.lingerTimeout
        opening = .after(configuration.handshakeTimeout)
        silence = silenceTimeout.map(Deadline.after)
        linger = .after(lingerTimeout)
    }

    /// The peer gave a sign of life, or could not because this side did not read.
    mutating func heardNow() {
        if let silenceTimeout {
            silence = .after(silenceTimeout)
        }
    }

    var isSilent: Bool { silence?.isOver ?? false }

    mutating func restartLinger() {
        linger = .after(lingerTimeout)
    }

    /// Restarts the linger time when the peer has acknowledged bytes since the last look.
    mutating func noteUnacknowledged(_ bytes: Int32) {
        if bytes < unacknowledgedBytes {
            restartLinger()
        }
        unacknowledgedBytes = bytes
    }

    var hasLingered: Bool { linger.isOver }

    /// Milliseconds for poll(2); -1 for ever.
    var silencePollTimeout: Int32 { silence?.pollTimeout ?? -1 }
}
