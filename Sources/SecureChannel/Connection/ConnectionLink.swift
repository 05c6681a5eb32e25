/// Everything that a connection's thread and the application share.
final class ConnectionLink: Sendable {
    let signals: ConnectionSignals
    let outgoing: OutgoingQueue
    let incoming: IncomingQueue
    let counters = TrafficCounters()
    /// Completed as the thread's last act: whether the peer has confirmed that everything reached it.
    let ended = Completion<Bool>()
    let configuration: ChannelConfiguration

    init(_ configuration: ChannelConfiguration) throws(ChannelError) {
        self.configuration = configuration
        signals = try ConnectionSignals()
        outgoing = OutgoingQueue(bound: configuration.sendQueueBytes, waker: signals.waker)
        incoming = IncomingQueue(bound: configuration.receiveQueueBytes, waker: signals.waker)
    }
}
