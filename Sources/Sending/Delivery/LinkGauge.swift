import Basics
import Protocol
import SecureChannel
import Synchronization

/// What one transfer's connections have carried, over all of its sessions, from the channel's counters.
final class LinkGauge: Sendable {
    private struct State {
        var connection: SecureConnection?
        /// Knows the link's rate.
        var session: Session?
        var hadSession = false
        /// When sealed bytes were first seen to wait, for a session or for the link.
        var firstWaiting: ContinuousClock.Instant?
        /// An attempt has ended without a session.
        var hasFailed = false
        /// The last that any session knew; what a link carried before a cut it carries after it as a rule.
        var bytesPerSecond: Double?
        /// Bytes waited for the link while the rate was taken.
        var isRateOfLink = false
        /// Files have waited for the link: its rate is known from then on, also while files in fewer bytes do not wait.
        var hasLimited = false
        /// Of the connections before this one, everything included.
        var earlierWireBytes = 0
    }

    private let state = Mutex(State())

    /// Reads this connection's counters from now on: also what a greeting costs that leads to nothing was sent.
    func attach(_ connection: SecureConnection) {
        state.withLock { state in
            if let old = state.connection { state.earlierWireBytes += Int(clamping: old.statistics.wireBytesSent) }
            state.connection = connection
            state.session = nil
        }
    }

    /// Reads what this session of the connection measures from now on.
    func attach(_ session: Session) {
        state.withLock { state in
            state.session = session
            state.hadSession = true
        }
    }

    /// An attempt has ended.
    func failed() {
        state.withLock { $0.hasFailed = true }
    }

    /// What the link carried at best; `nil` where nothing ever waited for it, so that the rate is that of sealing.
    var bytesPerSecond: Double? { state.withLock { $0.isRateOfLink ? $0.bytesPerSecond : nil } }

    /// Bytes sent over TCP so far, by all connections.
    var totalWireBytes: Int {
        state.withLock { $0.earlierWireBytes + Int(clamping: $0.connection?.statistics.wireBytesSent ?? 0) }
    }

    /// What is known of the link, how many sealed bytes have not arrived, and for how many seconds some have been waiting, the time until
    /// there is a session included: a distant receiver takes long to greet.
    ///
    /// - Parameter bytesAhead: of sealed files that no session has taken yet.
    func standing(bytesAhead: Int) async -> (standing: LinkStanding, waitingBytes: Int, waitingSeconds: Double) {
        let measure = await state.withLock { $0.session }?.linkMeasure
        let bytesUnderWay = measure?.bytesUnderWay ?? 0
        return state.withLock { state in
            if let measure, let rate = measure.bytesPerSecond {
                (state.bytesPerSecond, state.isRateOfLink) = (rate, measure.isRateOfLink || state.hasLimited)
            }
            if bytesAhead + bytesUnderWay > 0 { state.firstWaiting = state.firstWaiting ?? .now }
            let standing = LinkStanding(
                isConnected: state.hadSession || !state.hasFailed, bytesPerSecond: state.bytesPerSecond, isRateOfLink: state.isRateOfLink,
                isHeldBack: measure?.isHeldBack ?? false, bytesAhead: bytesAhead, bytesUnderWay: bytesUnderWay,
                roundTrip: measure?.roundTrip ?? 0)
            if case .limiting = standing, state.isRateOfLink { state.hasLimited = true }
            return (standing, bytesAhead + bytesUnderWay, state.firstWaiting.map { (ContinuousClock.now - $0).seconds } ?? 0)
        }
    }
}
