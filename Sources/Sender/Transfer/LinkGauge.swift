import DICOM
import SecureChannel
import Synchronization

/// What can be told of the link from the channel's counters.
final class LinkGauge: Sendable {
    private struct State {
        /// Bytes over the wire for a byte handed to the channel; the highest seen.
        ///
        /// The channel counts a message when it takes it and the wire's bytes when they leave, so a single reading is too low while
        /// something is on its way.
        var wireFactor = 1.0
        /// Bytes of stego files that were to be sent so far.
        var handedOver = 0
    }

    /// More than this waiting means that the link is slower than the sealing.
    private static let backlogOfSlowLink = 1 << 20

    private let connection: SecureConnection
    /// The handshakes' bytes are no part of a file's.
    private let start: ChannelStatistics
    private let state = Mutex(State())

    init(_ connection: SecureConnection) {
        self.connection = connection
        start = connection.statistics
    }

    /// Notes that a stego file of this size is given to the session, which may take a while to send it.
    func handedOver(_ byteCount: Int) {
        state.withLock { $0.handedOver += byteCount }
    }

    /// What the codec should spare for the next file: bytes while the link is what everything waits for, else time.
    func effort(wanted: EffortChoice) -> EncodingEffort {
        switch wanted {
        case .compact: return .compact
        case .fast: return .fast
        case .auto:
            let sent = Int(connection.statistics.wireBytesSent - start.wireBytesSent)
            return state.withLock { $0.handedOver } - sent > Self.backlogOfSlowLink ? .compact : .fast
        }
    }

    /// The wire's share of this many bytes of stego files.
    func wireBytes(for byteCount: Int) -> Int {
        let now = connection.statistics
        let wire = Double(now.wireBytesSent - start.wireBytesSent)
        let application = Double(now.applicationBytesSent - start.applicationBytesSent)
        let factor = state.withLock { state in
            if application > 0 { state.wireFactor = max(state.wireFactor, wire / application) }
            return state.wireFactor
        }
        return Int((Double(byteCount) * factor).rounded())
    }
}
