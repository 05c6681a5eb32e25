/// The way in: TLS → ZeroMQ → application.
struct InwardFlow {
    /// The outcome of reading from the network.
    enum Reading {
        case moved
        case nothing
        /// Nothing more will come.
        case ended(ConnectionEnd)
    }

    private let buffer: PumpBuffer
    private var opening = ZMTPOpeningReader()
    private var meter: ZMTPMeter
    private var assembly = IncomingAssembly()

    /// The events for which to poll the network while more may come.
    private(set) var events = Poll.readable

    /// - Parameter buffer: What has come through TLS already.
    init(buffer: PumpBuffer, limits: ZMTPMeter.Limits) throws(ChannelError) {
        self.buffer = buffer
        meter = ZMTPMeter(limits: limits)
        hasHeard = !buffer.isEmpty
        try inspect(buffer.contents)
    }

    /// Whether anything has come inside TLS.
    private(set) var hasHeard: Bool

    /// Whether the peer has said all that ZMTP wants to be said before the first message.
    var isOpen: Bool { opening.isComplete }

    /// Bytes of the peer's messages that have come.
    var messageBytes: UInt64 { meter.passedBytes }

    /// Takes the peer's opening away and measures what is behind it. The bytes are the newest in the buffer.
    private mutating func inspect(_ bytes: UnsafeRawBufferPointer) throws(ChannelError) {
        guard !opening.isComplete else { return try meter.advance(over: bytes) }
        // As long as the opening is not complete nothing is kept, so it is at the buffer's start.
        let count = try opening.take(bytes)
        try meter.advance(over: UnsafeRawBufferPointer(rebasing: bytes[count...]))
        buffer.didTake(count)
    }

    /// Whether bytes wait for ZeroMQ.
    var isPending: Bool { !buffer.isEmpty }

    var hasRoom: Bool { buffer.hasRoom }

    /// Whether the application lets more be read.
    func isWanted(by queue: IncomingQueue) -> Bool {
        queue.mayRead(announcedWeight: meter.announcedWeight, completedMessages: meter.completedMessages)
    }

    /// Whether every message that came is with the application.
    var hasDeliveredEverything: Bool {
        buffer.isEmpty && assembly.completedMessages == meter.completedMessages
    }

    /// A peer that takes leave in the middle of a message does not close cleanly.
    func judge(_ end: ConnectionEnd) -> ConnectionEnd {
        guard case .closedByPeer = end, !meter.isBetweenMessages else { return end }
        return .broken(ChannelError(.cut, "the peer closed the connection in the middle of a message"))
    }

    /// Receives and decrypts until the buffer is full or nothing more is there.
    ///
    /// - Throws: What the peer's bytes break.
    mutating func fill(from session: TLSSession) throws(ChannelError) -> Reading {
        var result = Reading.nothing
        while buffer.hasRoom {
            let room = buffer.room
            switch read(from: session, into: room) {
            case .moved(let count):
                buffer.didFill(count)
                hasHeard = true
                try inspect(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[..<count]))
                result = .moved
            case .blocked:
                return result
            case .ended(let end):
                return .ended(end)
            }
        }
        return result
    }

    /// Receives one record for nobody.
    mutating func discard(from session: TLSSession) -> Reading {
        buffer.removeAll()
        return switch read(from: session, into: buffer.room) {
        case .moved: .moved
        case .blocked: .nothing
        case .ended(let end): .ended(end)
        }
    }

    private enum Record {
        case moved(Int)
        case blocked
        case ended(ConnectionEnd)
    }

    private mutating func read(from session: TLSSession, into room: UnsafeMutableRawBufferPointer) -> Record {
        do {
            switch try session.read(into: room) {
            case .done(let count): return .moved(count)
            case .closedByPeer: return .ended(.closedByPeer)
            case .needsReadable: events = Poll.readable
            case .needsWritable: events = Poll.writable
            }
            return .blocked
        } catch {
            return .ended(.broken(error))
        }
    }

    /// Gives ZeroMQ what has come.
    func feed(_ privateLink: PrivateLink) -> PrivateLink.Step {
        guard !buffer.isEmpty else { return .blocked }
        let step = privateLink.write(buffer.contents)
        switch step {
        case .moved(let count): buffer.didTake(count)
        case .blocked: break
        case .ended: buffer.removeAll()
        }
        return step
    }

    /// Gives the application the messages that ZeroMQ has put together.
    ///
    /// - Parameter isWanted: Whether it still takes them; otherwise they are dropped.
    mutating func deliver(from dealer: DealerSocket, to link: ConnectionLink, isWanted: Bool) throws(ChannelError) -> Bool {
        try assembly.run(from: dealer, to: link.incoming, isWanted: isWanted, counters: link.counters)
    }
}

/// Puts ZeroMQ's frames together to messages and gives them to the application.
struct IncomingAssembly {
    /// A bound on one step's work, so that a flood of tiny messages cannot starve the other direction.
    private static let framesPerStep = 1024

    private var frames: [[UInt8]] = []

    /// Messages that ZeroMQ has given completely.
    private(set) var completedMessages: UInt64 = 0

    /// - Parameter isWanted: Whether the application still takes messages; otherwise they are dropped.
    /// - Returns: Whether anything moved.
    mutating func run(
        from dealer: DealerSocket, to queue: IncomingQueue, isWanted: Bool, counters: TrafficCounters
    ) throws(ChannelError) -> Bool {
        for step in 0..<Self.framesPerStep {
            guard let (frame, more) = try dealer.receive() else { return step > 0 }
            frames.append(frame)
            guard !more else { continue }
            let message = Message(frames: frames)
            frames = []
            completedMessages += 1
            counters.applicationReceived.wrappingAdd(UInt64(message.byteCount), ordering: .relaxed)
            if isWanted {
                queue.append(message)
            } else {
                queue.discard(message)
            }
        }
        return true
    }
}
