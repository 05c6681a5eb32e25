import Protocol
import SecureChannel
import Synchronization

/// What one transfer's connections have carried, over all of its sessions, from the channel's counters.
final class LinkGauge: Sendable {
    private struct State {
        var connection: SecureConnection?
        /// Knows the link's rate.
        var session: SenderSession?
        /// The last that any session knew; what a link carried before a cut it carries after it as a rule.
        var bytesPerSecond: Double?
        /// The handshakes' bytes are no part of a file's.
        var start: ChannelStatistics?
        /// Of the connections before this one, everything included.
        var earlierWireBytes = 0
        /// Bytes over the wire for a byte handed to the channel; the highest seen.
        ///
        /// The channel counts a message when it takes it and the wire's bytes when they leave, so a single reading is too low while
        /// something is on its way.
        var wireFactor = 1.0
    }

    private let state = Mutex(State())

    /// Reads this connection's counters and what its session measures from now on.
    func attach(_ connection: SecureConnection, _ session: SenderSession) {
        state.withLock { state in
            state.session = session
            if let old = state.connection { state.earlierWireBytes += Int(clamping: old.statistics.wireBytesSent) }
            state.connection = connection
            state.start = connection.statistics
        }
    }

    /// Bytes sent over TCP so far, by all connections.
    var totalWireBytes: Int {
        state.withLock { $0.earlierWireBytes + Int(clamping: $0.connection?.statistics.wireBytesSent ?? 0) }
    }

    /// What is known of the link, and how many sealed bytes have not arrived.
    ///
    /// - Parameter bytesAhead: of sealed files that no session has taken yet.
    func standing(bytesAhead: Int) async -> (standing: LinkStanding, waitingBytes: Int) {
        let measure = await state.withLock { $0.session }?.linkMeasure
        let (isConnected, rate) = state.withLock { state in
            state.bytesPerSecond = measure?.bytesPerSecond ?? state.bytesPerSecond
            return (state.connection != nil, state.bytesPerSecond)
        }
        let bytesUnderWay = measure?.bytesUnderWay ?? 0
        let standing = LinkStanding(
            isConnected: isConnected, bytesPerSecond: rate, isHeldBack: measure?.isHeldBack ?? false, bytesAhead: bytesAhead,
            bytesUnderWay: bytesUnderWay, roundTrip: measure?.roundTrip ?? 0)
        return (standing, bytesAhead + bytesUnderWay)
    }

    /// The wire's share of this many bytes of stego files.
    func wireBytes(for byteCount: Int) -> Int {
        let factor = state.withLock { state in
            if let connection = state.connection, let start = state.start {
                let now = connection.statistics
                let wire = Double(now.wireBytesSent - start.wireBytesSent)
                let application = Double(now.applicationBytesSent - start.applicationBytesSent)
                if application > 0 { state.wireFactor = max(state.wireFactor, wire / application) }
            }
            return state.wireFactor
        }
        return Int((Double(byteCount) * factor).rounded())
    }
}
