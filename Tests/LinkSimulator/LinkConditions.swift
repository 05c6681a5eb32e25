import Basics

/// What a simulated link is like, and what befalls it.
public struct LinkConditions: Sendable {
    /// How a connection is cut.
    public enum CutKind: String, Sendable, CaseIterable {
        /// Both ends get RST, as from a router that has lost its state.
        case reset
        /// Both ends see a plain end of the TCP connection.
        case finish
    }

    /// The way a byte takes over the link, each way.
    public var latency: Duration = .zero

    /// Added to ``latency``, evenly spread from nothing to this, drawn anew for each piece. Bytes never overtake each other.
    public var jitter: Duration = .zero

    /// Bits in a second, each way, shared by all connections; `nil` for as fast as the machine.
    public var bitsPerSecond: Double?

    /// The same for the way back where it differs.
    public var bitsPerSecondToSender: Double?

    /// Bytes that may wait for their turn in front of the link, each way. When they do, nothing more is read, so that TCP's own flow
    /// control reaches the one who sends. The kernel's receive buffer, about ``receiveBufferBytes``, comes on top.
    public var queueBytes = 64 << 10

    /// SO_RCVBUF of the link's sockets while a bit rate is set.
    public var receiveBufferBytes = 32 << 10

    /// Bytes that have crossed the link but that the far end does not take, for each connection and direction, before the link stops
    /// reading: what a receiver's window would be.
    public var windowBytes = 4 << 20

    /// Cuts every connection each time this has passed since the link began.
    public var cutEvery: Duration?

    public var cutKind = CutKind.reset

    /// After a cut nobody is connected for this long. Who connects meanwhile waits.
    public var outage: Duration = .zero

    /// From this moment on nothing passes any more, although all connections stay.
    public var blackholeAfter: Duration?

    /// How long nothing passes; `nil` for ever.
    public var blackholeDuration: Duration?

    /// Turns one bit each time that so many bytes have passed in a direction.
    public var flipEvery: Int?

    /// What happens to single bytes.
    public var faults: [LinkFault] = []

    /// Keeps everything that is sent, for tests that look at it.
    public var isRecording = false

    /// The link ends by itself after this time, whatever happens.
    public var lifetime: Duration = .seconds(600)

    /// The seed of all that is random in the link.
    public var seed: UInt64 = 1

    public init() {}

    /// A link of this rate and latency, each way.
    public init(bitsPerSecond: Double, latency: Duration) {
        self.bitsPerSecond = bitsPerSecond
        self.latency = latency
    }

    func bitRate(_ direction: LinkDirection) -> Double? {
        direction == .toSender ? bitsPerSecondToSender ?? bitsPerSecond : bitsPerSecond
    }
}

/// The two ways of a link.
public enum LinkDirection: Int, Sendable, CaseIterable {
    /// From the one who connects to the one who listens.
    case toReceiver
    case toSender
}

/// What happens when the byte at an offset of one direction is sent, counted over all connections of the link.
public struct LinkFault: Sendable, CustomStringConvertible {
    public enum Kind: Sendable {
        /// One of its bits turns.
        case flip
        /// It and all that follows is lost in both directions of its connection; both ends see a plain end of the TCP connection.
        case cut
        /// The same with RST.
        case reset
    }

    public let kind: Kind
    public let direction: LinkDirection
    public let offset: Int

    public init(kind: Kind, direction: LinkDirection, offset: Int) {
        self.kind = kind
        self.direction = direction
        self.offset = offset
    }

    public var description: String { "\(kind) \(direction) at byte \(offset)" }
}

/// What a link has carried so far.
public struct LinkCounters: Sendable, Hashable {
    /// Bytes that were sent towards the receiver, those included that a cut has lost.
    public internal(set) var bytesToReceiver = 0
    public internal(set) var bytesToSender = 0
    public internal(set) var connections = 0
    /// Connections that were cut.
    public internal(set) var cuts = 0
    /// Bits turned.
    public internal(set) var flips = 0

    mutating func count(_ bytes: Int, _ direction: LinkDirection) {
        switch direction {
        case .toReceiver: bytesToReceiver += bytes
        case .toSender: bytesToSender += bytes
        }
    }
}

/// What is still to happen to single bytes of each direction.
struct LinkFaults {
    struct Outcome {
        var bytes: [UInt8]
        var flips = 0
        var cut: LinkConditions.CutKind?
    }

    private var remaining: [LinkFault]
    private let flipEvery: Int?
    /// Bytes of each direction so far, all connections together.
    private var passed = LinkDirection.allCases.map { _ in 0 }

    init(_ conditions: LinkConditions) {
        remaining = conditions.faults
        flipEvery = conditions.flipEvery.map { max(1, $0) }
    }

    /// What comes out for these bytes, which are the next of their direction.
    mutating func apply(to bytes: [UInt8], _ direction: LinkDirection) -> Outcome {
        let begin = passed[direction.rawValue]
        let end = begin + bytes.count
        passed[direction.rawValue] = end
        var outcome = Outcome(bytes: bytes)
        if let flipEvery {
            for offset in stride(from: (begin / flipEvery + 1) * flipEvery - 1, to: end, by: flipEvery) {
                outcome.bytes[offset - begin] ^= 0x04
                outcome.flips += 1
            }
        }
        for fault in remaining where fault.direction == direction && (begin..<end).contains(fault.offset) {
            switch fault.kind {
            case .flip:
                outcome.bytes[fault.offset - begin] ^= 0x04
                outcome.flips += 1
            case .cut, .reset:
                outcome.bytes.removeLast(end - fault.offset)
                outcome.cut = fault.kind == .cut ? .finish : .reset
                remaining.removeAll { $0.direction == direction && $0.offset <= fault.offset }
                return outcome
            }
        }
        remaining.removeAll { $0.direction == direction && $0.offset < end }
        return outcome
    }
}
