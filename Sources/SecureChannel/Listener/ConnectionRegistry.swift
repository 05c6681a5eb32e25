import Synchronization

/// Counts a listener's connections and holds them to its limits.
final class ConnectionRegistry: Sendable {
    private struct Handshake {
        let id: UInt64
        let signals: ConnectionSignals
    }

    private struct State {
        var handshakes: [Handshake] = []
        var connections = 0
        var nextID: UInt64 = 0
        var isStopped = false
    }

    private let limits: ListenerLimits
    private let state = Mutex(State())

    init(_ limits: ListenerLimits) {
        self.limits = limits
    }

    /// Enters a connection whose peer has not proven anything yet. When there are too many of those, the oldest is aborted.
    func beginHandshake(_ signals: ConnectionSignals) throws(ChannelError) -> UInt64 {
        let (id, displaced) = try state.withLock { (state) throws(ChannelError) -> (UInt64, Handshake?) in
            guard !state.isStopped else { throw Self.stopped }
            state.nextID += 1
            state.handshakes.append(Handshake(id: state.nextID, signals: signals))
            let isOver = state.handshakes.count > limits.maximumHandshakes
            return (state.nextID, isOver ? state.handshakes.removeFirst() : nil)
        }
        displaced?.signals.abort(
            ChannelError(.handshakeTimedOut, "the handshake was given up in favour of newer ones; too many are under way"))
        return id
    }

    /// Removes a handshake that failed.
    func failHandshake(_ id: UInt64) {
        state.withLock { state in
            state.handshakes.removeAll { $0.id == id }
        }
    }

    /// Turns a handshake into a connection.
    ///
    /// - Throws: `tooManyConnections`, or `closed` when the listener was stopped.
    func completeHandshake(_ id: UInt64) throws(ChannelError) {
        try state.withLock { (state) throws(ChannelError) in
            guard !state.isStopped else { throw Self.stopped }
            guard state.connections < limits.maximumConnections else {
                throw ChannelError(.tooManyConnections, "the peer was turned away: \(state.connections) connections are open")
            }
            state.handshakes.removeAll { $0.id == id }
            state.connections += 1
        }
    }

    func endConnection() {
        state.withLock { $0.connections -= 1 }
    }

    /// Lets nobody in any more and aborts all handshakes.
    func stop() {
        let handshakes = state.withLock { state in
            state.isStopped = true
            defer { state.handshakes = [] }
            return state.handshakes
        }
        for handshake in handshakes {
            handshake.signals.abort(Self.stopped)
        }
    }

    private static let stopped = ChannelError(.closed, "the listener was stopped")
}
