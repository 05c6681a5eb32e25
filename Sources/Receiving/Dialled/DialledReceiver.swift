import Basics
import Concurrency
import Files
import Foundation
import Protocol

/// A receiver that nobody can dial: takes the studies that come over sessions which another part of the program has dialled, into an inbox
/// of this home.
///
/// It is a ``ReceiverService`` without a listener. A study that cannot be taken is refused, and nothing else of the session ends by it.
package final class DialledReceiver: StudyTaking {
    private let lock: FileLock
    private let reception: Reception
    private let cards: LiveTrust
    private let observer: any ReceiverObserver
    private let stop = StopRequest()

    /// Opens the journal, which no other receiver may have open.
    ///
    /// - Parameters:
    ///   - trust: who may send; the same store as the one that sessions are dialled by.
    ///   - gate: decides which studies are let in, and where they belong.
    ///   - patience: how long to wait for another receiver of this home that is just stopping.
    /// - Throws: `OperationFailure` `.temporary` while another receiver has this home's inbox, and for a folder that cannot be received
    ///   into; `FileError`, `JournalError`.
    package init(
        home: Home, options: ReceiverOptions, trust: TrustStore, gate: any StudyGate, observer: any ReceiverObserver,
        patience: Duration = .seconds(10), clock: any MonotonicClock = ContinuousClock()
    ) async throws {
        lock = try await InboxLock.take(in: home.state, patience: patience, clock: clock)
        cards = LiveTrust(trust)
        self.observer = observer
        reception = try Reception(home: home, options: options, observer: observer, cards: cards, gate: gate, clock: clock)
        heads = StegoHeads(pool: reception.pool)
    }

    /// Restores and publishes what has come and what comes while `body` runs. What has come whole by its end is still brought to its end.
    package func receiving<Result: Sendable>(while body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        defer { stop.request() }
        return try await reception.running(cards, while: body)
    }

    // MARK: Sessions

    package var understood: Set<AttributeName> { reception.understood }
    package let heads: (any HeadExpansion)?
    package var room: (any ManifestRoom)? { reception.manifests }
    package var terms: StudyTerms { get async { await reception.terms } }
    package var takenBytes: Int { reception.counters.values.receivedBytes }

    package func take(from session: Session) async throws {
        let handler = SessionHandler(
            session: session, reception: reception, observer: observer, studies: StudyCounter(limit: nil, stop: stop),
            credit: reception.credit(of: session), refusesAlone: true)
        do {
            reception.counters.add { $0.sessions += 1 }
            try await handler.take(until: stop, idleLimit: nil)
        } catch {
            // Does nothing when it was the session that failed.
            let known = ReceivingError(of: error)
            if !(error is CancellationError) { await session.abort(known.abortCode, "the studies of this session cannot be taken") }
            throw error
        }
    }

    /// The counts so far, for figures.
    package var counts: (studies: Int, receivedBytes: Int) {
        let values = reception.counters.values
        return (values.studies, values.receivedBytes)
    }
}
