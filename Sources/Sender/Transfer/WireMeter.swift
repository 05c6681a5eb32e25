import SecureChannel
import Synchronization

/// How many bytes go over the wire for a byte that is handed to the channel, once the handshakes are done.
///
/// The channel counts a message when it takes it and the wire's bytes when they leave, so a single reading is too low while
/// something is on its way: the meter keeps the highest.
final class WireMeter: Sendable {
    private let connection: SecureConnection
    private let start: ChannelStatistics
    private let highest = Mutex(1.0)

    init(_ connection: SecureConnection) {
        self.connection = connection
        start = connection.statistics
    }

    /// The wire's share of this many bytes.
    func wireBytes(for applicationBytes: Int) -> Int {
        let now = connection.statistics
        let wire = Double(now.wireBytesSent - start.wireBytesSent)
        let application = Double(now.applicationBytesSent - start.applicationBytesSent)
        let factor = highest.withLock { highest in
            if application > 0 { highest = max(highest, wire / application) }
            return highest
        }
        return Int((Double(applicationBytes) * factor).rounded())
    }
}
