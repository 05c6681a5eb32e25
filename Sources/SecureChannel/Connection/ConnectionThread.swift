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

/// The work of every connection's thread once both sides have proven who they are.
enum ConnectionThread {
    static let name = "veilray-channel"

    /// Moves messages until the connection ends; then gives everything back and tells everyone who waits.
    static func serve(_ pump: consuming ConnectionPump, socket: FileDescriptor, link: ConnectionLink) {
        let end = run(pump)
        socket.close()
        report(end, link: link)
    }

    /// Ends the pump, and with it the DEALER socket and its link, before it returns.
    private static func run(_ pump: consuming ConnectionPump) -> ConnectionEnd {
        pump.run()
    }

    private static func report(_ end: ConnectionEnd, link: ConnectionLink) {
        link.outgoing.end(with: end.errorForSenders)
        link.incoming.end(with: end.deliveryAfterLastMessage)
        link.signals.waker.close()
        link.ended.complete(end.isConfirmed)
    }
}

extension ConnectionEnd {
    fileprivate var deliveryAfterLastMessage: IncomingQueue.Delivery {
        switch self {
        case .broken(let error) where error.code != .closed: .failure(error)
        case .broken, .closedHere, .closedByPeer: .success(nil)
        }
    }

    fileprivate var isConfirmed: Bool {
        if case .closedHere(confirmed: true) = self { true } else { false }
    }
}
