import Basics
import Concurrency
import Protocol
import SecureChannel
import Synchronization

/// A connection that is made while a study is still read from the disk: on a distant link its handshake takes longer than that.
///
/// The first attempt to the same receiver takes it over; nobody else ever does.
package final class EarlyConnection: Sendable {
    package struct Target: Equatable, Sendable {
        package let peer: Fingerprint
        package let address: PeerAddress
    }

    private struct Start {
        let target: Target
        let connection: Task<Outcome, Never>
    }

    /// How connecting ended, and when.
    private struct Outcome: Sendable {
        let connection: Result<SecureConnection, any Error>
        let end: ContinuousClock.Instant
    }

    /// A receiver waits half a minute for a greeting; a connection that has waited for half of that is not used any more.
    private static let longestWait = Duration.seconds(15)

    /// A receiver that could not be reached longer ago may be there by now.
    private static let failureMemory = Duration.seconds(5)

    private let clock: any MonotonicClock
    private let start = Mutex<Start?>(nil)

    init(clock: any MonotonicClock = ContinuousClock()) {
        self.clock = clock
    }

    /// Begins to connect. Only the first call of an object counts.
    func connect(_ target: Target, _ connect: @escaping @Sendable () async throws -> SecureConnection) {
        start.withLock { start in
            guard start == nil else { return }
            let task = Task { [clock] in
                do {
                    return Outcome(connection: .success(try await connect()), end: clock.now)
                } catch {
                    return Outcome(connection: .failure(error), end: clock.now)
                }
            }
            start = Start(target: target, connection: task)
        }
    }

    /// The connection to the target, if it was begun, waiting for it if need be.
    ///
    /// - Returns: nil when there is none, or it has waited for too long, or failed too long ago.
    /// - Throws: what connecting throws; `CancellationError`.
    package func take(_ target: Target) async throws -> SecureConnection? {
        let taken = start.withLock { start in start?.target == target ? start.take() : nil }
        guard let taken else { return nil }
        let outcome = await withTaskCancellationHandler {
            await taken.connection.value
        } onCancel: {
            taken.connection.cancel()
        }
        let age = clock.now - outcome.end
        switch outcome.connection {
        case .success(let connection):
            if age < Self.longestWait { return connection }
            await connection.leave()
            return nil
        case .failure(let error):
            try Task.checkCancellation()
            guard age < Self.failureMemory else { return nil }
            throw error
        }
    }

    /// Returns when connecting, if it was begun, has come to an end.
    func ended() async {
        let connection = start.withLock { $0?.connection }
        _ = await connection?.value
    }

    /// Runs `body`; takes leave of the receiver afterwards if nobody has taken the connection.
    package func abandonedAfterwards<Result>(_ body: () async throws -> Result) async throws -> Result {
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
        if case .success(let connection) = await left.connection.value.connection { await connection.leave() }
    }
}
