import Basics

/// The settings of a connection. The defaults suit a clinic's uplink as well as a data centre.
public struct ChannelConfiguration: Sendable {
    /// Bytes of one message, all frames together. A peer that announces more ends its session before anything is allocated for it.
    public var maximumMessageBytes = 32 << 20

    /// Frames of one message.
    public var maximumFrames = 64

    /// How much `send` accepts before it suspends, in bytes; a single larger message is accepted when nothing else waits.
    public var sendQueueBytes = 8 << 20

    /// How much may wait for `receive`, in bytes, before the connection stops reading from the network. One message more may be on its way.
    public var receiveQueueBytes = 8 << 20

    /// The time for connecting, the TLS handshake and the peer's first sign of having accepted it, all together.
    public var handshakeTimeout: Duration = .seconds(10)

    /// Whether `connect` waits for the peer's first sign of having accepted this side's certificate, which takes a round trip.
    ///
    /// Otherwise what is sent travels at once, to the peer that TLS has authenticated; and when the peer does not accept this side,
    /// `refusedByPeer` is thrown by the first `receive` instead.
    public var awaitsAcceptance = true

    /// How often ZeroMQ pings the peer; `nil` switches pings and ``silenceTimeout`` off.
    public var heartbeatInterval: Duration? = .seconds(4)

    /// How long the peer may be silent, although it is pinged, before the connection counts as dead.
    ///
    /// Any byte is a sign of life, also of a message or TLS record that is not complete, so a slow link never looks like silence.
    public var silenceTimeout: Duration = .seconds(12)

    /// How long `close` waits without seeing any byte move before it gives up on the peer.
    public var lingerTimeout: Duration = .seconds(10)

    /// TCP_USER_TIMEOUT: how long the kernel waits for transmitted bytes to be acknowledged or for a closed window to open.
    ///
    /// `nil`, the default, leaves it to the kernel: a peer that is alive but busy may keep its window closed for as long as it needs,
    /// and one that is dead is noticed by ``silenceTimeout``.
    public var transmissionTimeout: Duration?

    /// The name offered in TLS's application layer protocol negotiation, 1 to 255 bytes. A peer that offers none is accepted.
    public var applicationProtocol = "veilray/1"

    public init() {}

    /// - Throws: `invalidConfiguration` for the first value that makes no sense.
    func validate() throws(ChannelError) {
        let checks: [(Bool, String)] = [
            (maximumMessageBytes > 0, "maximumMessageBytes must be at least 1"),
            (maximumMessageBytes <= 1 << 40, "maximumMessageBytes must be at most 2^40"),
            (maximumFrames > 0, "maximumFrames must be at least 1"),
            (sendQueueBytes > 0, "sendQueueBytes must be at least 1"),
            (receiveQueueBytes > 0, "receiveQueueBytes must be at least 1"),
            (handshakeTimeout.isUsableTimeout, "handshakeTimeout must be from a millisecond to a day"),
            (heartbeatInterval?.isUsableTimeout ?? true, "heartbeatInterval must be from a millisecond to a day"),
            (silenceTimeout.isUsableTimeout, "silenceTimeout must be from a millisecond to a day"),
            (heartbeatInterval.map { $0 < silenceTimeout } ?? true, "silenceTimeout must exceed heartbeatInterval"),
            (lingerTimeout.isUsableTimeout, "lingerTimeout must be from a millisecond to a day"),
            (transmissionTimeout?.isUsableTimeout ?? true, "transmissionTimeout must be from a millisecond to a day"),
            (1...255 ~= applicationProtocol.utf8.count, "applicationProtocol must have 1 to 255 bytes"),
        ]
        for (holds, rule) in checks where !holds {
            throw ChannelError(.invalidConfiguration, rule)
        }
    }
}

/// The number of peers that a listener bears at once.
public struct ListenerLimits: Sendable {
    /// Connections whose peer has not proven who it is yet. When one more comes, one of them gives way, chosen at random from the
    /// address that has most of them, so that strangers cannot keep others out.
    public var maximumHandshakes = 64

    /// Authenticated connections, those not yet taken from the listener's sequence included.
    public var maximumConnections = 64

    public init() {}

    func validate() throws(ChannelError) {
        guard maximumHandshakes > 0, maximumConnections > 0 else {
            throw ChannelError(.invalidConfiguration, "a listener needs room for at least one handshake and one connection")
        }
    }
}

extension Duration {
    /// Whether it can be handed to poll(2), setsockopt(2) and libzmq, which count milliseconds in 32 bits.
    var isUsableTimeout: Bool {
        .milliseconds(1) <= self && self <= .seconds(86_400)
    }

    /// Rounded up, so that a deadline is never reported before it is reached.
    var millisecondsRoundedUp: Int32 {
        let (seconds, attoseconds) = components
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return Int32(seconds) * 1000 + Int32((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
