import Synchronization

/// Counts a listener's connections and holds them to its limits.
final class ConnectionRegistry: Sendable {
    private struct Handshake {
        let id: UInt64
        /// Where the peer is, as far as connections that are likely one's own are told from others'.
        let network: String
        let signals: ConnectionSignals
    }

    private struct State {
        var handshakes: [Handshake] = []
        var connections = 0
        var nextID: UInt64 = 0
        var isStopped = false
    }

    private let limits: ListenerLimits
    private let choose: @Sendable (Range<Int>) -> Int
    private let state = Mutex(State())

    /// - Parameter choose: Picks who gives way.
    init(_ limits: ListenerLimits, choose: @escaping @Sendable (Range<Int>) -> Int = { Int.random(in: $0) }) {
        self.limits = limits
        self.choose = choose
    }

    /// Enters a connection whose peer has not proven anything yet. When there are too many of those, one is aborted.
    ///
    /// It is one from where most of them come, any of those at random. Were it the oldest, a stranger that connects fast enough would displace
    /// every peer whose handshake takes longer than one round of that, always.
    func beginHandshake(_ signals: ConnectionSignals, from peer: SocketAddress) throws(ChannelError) -> UInt64 {
        let network = peer.network
        let (id, displaced) = try state.withLock { (state) throws(ChannelError) -> (UInt64, Handshake?) in
            guard !state.isStopped else { throw Self.stopped }
            state.nextID += 1
            state.handshakes.append(Handshake(id: state.nextID, network: network, signals: signals))
            let isOver = state.handshakes.count > limits.maximumHandshakes
            return (state.nextID, isOver ? state.handshakes.remove(at: toDisplace(of: state.handshakes)) : nil)
        }
        displaced?.signals.abort(
            ChannelError(.handshakeTimedOut, "the handshake was given up in favour of others; too many are under way"))
        return id
    }

    /// Any but the newest, which is the last.
    private func toDisplace(of handshakes: [Handshake]) -> Int {
        let counts = handshakes.reduce(into: [:]) { $0[$1.network, default: 0] += 1 }
        let most = counts.values.max()
        let candidates = handshakes.indices.dropLast().filter { counts[handshakes[$0].network] == most }
        return candidates[choose(candidates.indices)]
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
