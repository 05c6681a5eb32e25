/// How long a connection has been silent, and how long its end has made no headway.
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
