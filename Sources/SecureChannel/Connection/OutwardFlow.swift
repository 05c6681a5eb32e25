/// The way out: application → ZeroMQ → TLS.
struct OutwardFlow {
    private let buffer = PumpBuffer()
    private var meter: ZMTPMeter
    private var handover = OutgoingHandover()
    private var waitsFor = Poll.writable

    /// The peer takes no more bytes. It may have sent some, and among them why.
    private(set) var isBroken = false

    /// - Parameter opening: Goes out first.
    init(limits: ZMTPMeter.Limits, opening: [UInt8]) {
        meter = ZMTPMeter(limits: limits)
        buffer.room.copyBytes(from: opening)
        buffer.didFill(opening.count)
    }

    /// Whether bytes wait for the network.
    var isPending: Bool { !buffer.isEmpty }

    /// Whether a message waits for ZeroMQ to take it.
    var isBlocked: Bool { handover.isBlocked }

    /// The events for which to poll the network while something is to be sent.
    var events: Int16 { isBroken ? 0 : waitsFor }

    /// Whether every message that the queue accepted has gone through ZeroMQ and TLS into the socket.
    func hasSentEverything(of queue: OutgoingQueue) -> Bool {
        buffer.isEmpty && !handover.isBlocked && meter.completedMessages == handover.completedMessages && queue.isEmpty
    }

    /// Gives accepted messages to ZeroMQ.
    mutating func handOver(from link: ConnectionLink, to dealer: DealerSocket) throws(ChannelError) -> Bool {
        try handover.run(from: link.outgoing, to: dealer, counters: link.counters)
    }

    /// Takes ZeroMQ's bytes when the last ones are gone.
    mutating func fill(from privateLink: PrivateLink) throws(ChannelError) -> PrivateLink.Step {
        guard buffer.isEmpty else { return .blocked }
        let step = privateLink.read(into: buffer.room)
        if case .moved(let count) = step {
            buffer.didFill(count)
            try meter.advance(over: buffer.contents)
        }
        return step
    }

    /// Takes ZeroMQ's bytes for nobody, to notice its end.
    func discard(from privateLink: PrivateLink) -> PrivateLink.Step {
        buffer.isEmpty ? privateLink.read(into: buffer.room) : .blocked
    }

    /// Encrypts and sends.
    mutating func transmit(through session: TLSSession) throws(ChannelError) -> Bool {
        var moved = false
        while !buffer.isEmpty {
            guard !isBroken else {
                buffer.removeAll()
                break
            }
            let contents = buffer.contents
            guard let count = try attempt({ () throws(ChannelError) in try session.write(contents) }) else { break }
            buffer.didTake(count)
            moved = true
        }
        return moved
    }

    /// Sends close_notify, once everything before it is sent.
    ///
    /// - Returns: Whether the socket has taken it.
    mutating func takeLeave(through session: TLSSession) throws(ChannelError) -> Bool {
        guard buffer.isEmpty, !isBroken else { return false }
        return try attempt { () throws(ChannelError) in try session.sendCloseNotify() } != nil
    }

    /// A step of TLS; `nil` when it has to be repeated or nothing can be sent any more.
    private mutating func attempt(_ step: () throws(ChannelError) -> TLSStep) throws(ChannelError) -> Int? {
        do {
            switch try step() {
            case .done(let count): return count
            case .needsReadable: waitsFor = Poll.readable
            case .needsWritable: waitsFor = Poll.writable
            case .closedByPeer: break
            }
        } catch {
            guard error.code == .cut else { throw error }
            // What the peer sent before, perhaps a close_notify, tells why: reading will find out.
            isBroken = true
        }
        return nil
    }
}

/// Gives accepted messages to ZeroMQ, frame by frame, remembering where it stopped.
struct OutgoingHandover {
    /// A bound on one step's work, so that a flood of tiny messages cannot starve the other direction.
    private static let messagesPerStep = 256

    private var current: Message?
    private var nextFrame = 0

    /// Messages that ZeroMQ has taken completely.
    private(set) var completedMessages: UInt64 = 0

    /// Whether a message is in hand that ZeroMQ did not take yet.
    var isBlocked: Bool { current != nil }

    /// - Returns: Whether anything moved.
    mutating func run(
        from queue: OutgoingQueue, to dealer: DealerSocket, counters: TrafficCounters
    ) throws(ChannelError) -> Bool {
        var moved = false
        for _ in 0..<Self.messagesPerStep {
            guard let message = current ?? queue.takeNext() else { break }
            current = message
            while nextFrame < message.frames.count {
                let isLast = nextFrame + 1 == message.frames.count
                guard try dealer.send(OutgoingFrame(message.frames[nextFrame], queue: queue), more: !isLast) else { return moved }
                nextFrame += 1
            }
            counters.applicationSent.wrappingAdd(UInt64(message.byteCount), ordering: .relaxed)
            current = nil
            nextFrame = 0
            completedMessages += 1
            moved = true
        }
        return moved
    }
}
