import Basics
import Concurrency
import Logging
import Protocol
import Synchronization

/// Takes what receivers have for this side over the sessions in which this side sends its studies: while they are sent, and then, before
/// it takes leave, what still waits there.
///
/// One session with each receiver does so at a time. What is collected behind a study is no part of its delivery, which has ended.
package final class ReplyCollector: Sendable {
    /// How long a receiver may let pass without a word of a reply once it was asked for what is left.
    static let patience = Duration.seconds(60)

    private struct State {
        var peers: Set<Fingerprint> = []
        var collecting: [Int: Task<Void, Never>] = [:]
        var next = 0
    }

    let taker: any StudyTaking
    private let clock: any MonotonicClock
    private let state = Mutex(State())
    private let log = Logger(label: "veilray.replies")

    package init(_ taker: any StudyTaking, clock: any MonotonicClock = ContinuousClock()) {
        self.taker = taker
        self.clock = clock
    }

    /// Runs `body`, which sends; then waits until everything is collected. Cancelled, it takes leave at once.
    package func collecting<Result: Sendable>(while body: () async throws -> Result) async throws -> Result {
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        await withTaskCancellationHandler {
            await ended()
        } onCancel: {
            cancel()
        }
        return try result.get()
    }

    private func ended() async {
        while let task = state.withLock({ $0.collecting.first?.value }) { await task.value }
    }

    private func cancel() {
        for task in state.withLock({ Array($0.collecting.values) }) { task.cancel() }
    }

    // MARK: Sessions

    /// The right to collect in a session with a receiver; `nil` while another session does.
    func claim(_ peer: Fingerprint) -> Claim? {
        state.withLock { $0.peers.insert(peer).inserted } ? Claim(self, peer) : nil
    }

    /// Given back when nobody refers to it any more.
    final class Claim: Sendable {
        fileprivate let collector: ReplyCollector
        private let peer: Fingerprint

        fileprivate init(_ collector: ReplyCollector, _ peer: Fingerprint) {
            self.collector = collector
            self.peer = peer
        }

        deinit { collector.state.withLock { _ = $0.peers.remove(peer) } }

        var taker: any StudyTaking { collector.taker }

        /// Takes what the receiver has beside the study that is sent in the session.
        func take(from session: Session) -> Task<Void, any Error> {
            Task { [taker] in try await taker.take(from: session) }
        }

        /// Ends a session that sends no more, once the receiver has nothing for this side either. Returns at once.
        ///
        /// - Parameters:
        ///   - taking: of ``take(from:)``.
        ///   - watch: ends the session when the receiver's card is removed.
        func leave(_ session: Session, _ taking: Task<Void, any Error>, _ watch: TrustWatch) {
            collector.inBackground { [self] in
                await collector.collect(session, taking, watch)
                withExtendedLifetime(self) {}
            }
        }
    }

    private func inBackground(_ work: @escaping @Sendable () async -> Void) {
        state.withLock { state in
            state.next += 1
            let number = state.next
            state.collecting[number] = Task { [self] in
                await work()
                self.state.withLock { $0.collecting[number] = nil }
            }
        }
    }

    private func collect(_ session: Session, _ taking: Task<Void, any Error>, _ watch: TrustWatch) async {
        do {
            try await watch.whileTrusted(session.agreement.peer.card.certificateDER) {
                await session.abort(.notTrusted, "this side has removed the receiver's card")
            } _: { [self] in
                try await session.noMoreStudies()
                try await untilTaken(taking)
            }
        } catch {
            log.info("not everything was collected", metadata: ["peer": "\(session.agreement.peer.name)", "reason": "\(error)"])
        }
        await withoutCancellation { await session.end() }
        _ = await taking.result
    }

    /// Returns when the receiver has no more.
    ///
    /// - Throws: what taking throws; `OperationFailure` `.temporary` when nothing has come for ``patience``; `CancellationError`.
    private func untilTaken(_ taking: Task<Void, any Error>) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await withTaskCancellationHandler {
                    try await taking.value
                } onCancel: {
                    taking.cancel()
                }
            }
            group.addTask { [clock, taker] in
                var seen = -1
                while taker.takenBytes != seen {
                    seen = taker.takenBytes
                    try await clock.sleep(for: Self.patience)
                }
                throw OperationFailure(.temporary, "the receiver says nothing of what it has for this side")
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
