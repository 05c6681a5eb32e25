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
