/// Runs the TLS handshake of a fresh connection on the connection's own thread.
enum TLSHandshake {
    /// Returns when this side has verified the peer.
    ///
    /// - Parameter signals: Lets the handshake be abandoned.
    /// - Throws: What ended it: no time left, the peer, or the certificate.
    static func perform(
        _ session: TLSSession, socket: FileDescriptor, deadline: Deadline, signals: ConnectionSignals
    ) throws(ChannelError) {
        while true {
            let step: TLSStep
            do {
                step = try session.handshake()
            } catch {
                throw error.code == .cut ? interrupted : error
            }
            switch step {
            case .done: return
            case .needsReadable: try wait(Poll.readable, socket: socket, deadline: deadline, signals: signals)
            case .needsWritable: try wait(Poll.writable, socket: socket, deadline: deadline, signals: signals)
            case .closedByPeer: throw interrupted
            }
        }
    }

    /// Returns when the peer's first byte inside TLS has come.
    ///
    /// In TLS 1.3 a client is done before the server has judged its certificate. A ZeroMQ peer speaks without being asked, and a server
    /// speaks only after it has verified the client, so its first byte proves that it has accepted us.
    ///
    /// - Parameter buffer: Receives what came.
    static func awaitAcceptance(
        _ session: TLSSession, into buffer: PumpBuffer, socket: FileDescriptor, deadline: Deadline, signals: ConnectionSignals
    ) throws(ChannelError) {
        while true {
            let step: TLSStep
            do {
                step = try session.read(into: buffer.room)
            } catch {
                throw error.code == .cut ? brokenOff : error
            }
            switch step {
            case .done(let count):
                buffer.didFill(count)
                return
            case .needsReadable: try wait(Poll.readable, socket: socket, deadline: deadline, signals: signals)
            case .needsWritable: try wait(Poll.writable, socket: socket, deadline: deadline, signals: signals)
            case .closedByPeer: throw turnedAway
            }
        }
    }

    /// A cut, and no refusal: who does not trust this side says so by a TLS alert, which nobody on the way can make or damage unnoticed.
    static let brokenOff = ChannelError(.cut, "the connection was cut before the peer had said anything")

    static let turnedAway = ChannelError(
        .turnedAway, "the peer turned the connection away; it may serve as many others as it can")

    private static let interrupted = ChannelError(.handshakeInterrupted, "the peer closed the connection during the handshake")

    private static func wait(
        _ events: Int16, socket: FileDescriptor, deadline: Deadline, signals: ConnectionSignals
    ) throws(ChannelError) {
        guard !deadline.isOver else {
            throw ChannelError(.handshakeTimedOut, "the handshake timed out")
        }
        var entries = [Poll.entry(socket.number, events), Poll.entry(signals.waker.number, Poll.readable)]
        try Poll.wait(&entries, milliseconds: deadline.pollTimeout)
        if entries[1].revents != 0 {
            signals.waker.lower()
        }
        try signals.throwIfAborted()
    }
}
