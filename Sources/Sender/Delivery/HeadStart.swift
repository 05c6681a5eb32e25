import CommandLineSupport
import Protocol
import SecureChannel
import Synchronization

/// A connection that is made while a study is still read from the disk: on a distant link its handshake takes longer than that.
///
/// The first attempt to the same receiver takes it over; nobody else ever does.
final class HeadStart: Sendable {
    struct Target: Equatable, Sendable {
        let peer: Fingerprint
        let address: PeerAddress
    }

    private struct Start {
        let target: Target
        let connection: Task<(SecureConnection, made: ContinuousClock.Instant), any Error>
    }

    /// A receiver waits half a minute for a greeting; a connection that has waited for half of that is not used any more.
    private static let longestWait = Duration.seconds(15)

    private let start = Mutex<Start?>(nil)

    /// Begins to connect. Only the first call of an object counts.
    func connect(_ target: Target, _ connect: @escaping @Sendable () async throws -> SecureConnection) {
        start.withLock { start in
            guard start == nil else { return }
            start = Start(target: target, connection: Task { (try await connect(), .now) })
        }
    }

    /// The connection to the target, if it was begun, waiting for it if need be.
    ///
    /// - Returns: nil when there is none, or it has waited for too long.
    /// - Throws: what connecting throws; `CancellationError`.
    func take(_ target: Target) async throws -> SecureConnection? {
        let taken = start.withLock { start in start?.target == target ? start.take() : nil }
        guard let taken else { return nil }
        let (connection, made) = try await withTaskCancellationHandler {
            try await taken.connection.value
        } onCancel: {
            taken.connection.cancel()
        }
        guard ContinuousClock.now - made < Self.longestWait else {
            await connection.leave()
            return nil
        }
        return connection
    }

    /// Runs `body`; takes leave of the receiver afterwards if nobody has taken the connection.
    func abandonedAfterwards<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            let result = try await body()
            await abandon()
            return result
        } catch {
            await abandon()
            throw error
        }
    }

    private func abandon() async {
        guard let left = start.withLock({ $0.take() }) else { return }
        left.connection.cancel()
        if let (connection, _) = try? await left.connection.value { await connection.leave() }
    }
}
