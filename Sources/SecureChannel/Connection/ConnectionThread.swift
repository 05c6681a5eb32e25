/// What the thread of every connection does once both sides have proven who they are.
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
        var isConfirmed = false
        switch end {
        case .closedHere(let confirmed):
            isConfirmed = confirmed
            link.outgoing.end(with: .closedHere)
            link.incoming.end(with: .success(nil))
        case .closedByPeer:
            link.outgoing.end(with: .closedByPeer)
            link.incoming.end(with: .success(nil))
        case .broken(let error):
            link.outgoing.end(with: error)
            link.incoming.end(with: error.code == .closed ? .success(nil) : .failure(error))
        }
        link.signals.waker.close()
        link.ended.complete(isConfirmed)
    }
}
