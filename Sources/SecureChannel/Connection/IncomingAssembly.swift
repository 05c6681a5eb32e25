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
