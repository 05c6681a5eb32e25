import Basics
import Concurrency
import Journal
import Logging
import Protocol
import SecureChannel
import StegoKit
import Synchronization

/// Dials receivers for what they have for this side: only this side can.
package struct ReplyListener: Sendable {
    /// A receiver, and where it listens.
    private struct Target: Hashable, Sendable {
        let peer: Fingerprint
        let address: PeerAddress
    }

    /// Targets that are seen to.
    private final class HeldTargets: Sendable {
        private let targets = Mutex<Set<Target>>([])

        /// - Returns: whether it was not seen to.
        func add(_ target: Target) -> Bool { targets.withLock { $0.insert(target).inserted } }

        func remove(_ target: Target) { targets.withLock { _ = $0.remove(target) } }
    }

    /// How often receivers are looked for whose cards or addresses are new.
    private static let interval = Duration.seconds(5)
    /// A session that was held for so long counts as a success: the next failure is a new one.
    private static let success = Duration.seconds(30)

    private let resources: DeliveryResources
    private let taker: any StudyTaking
    private let name: String?
    private let address: PeerAddress?
    private let log = Logger(label: "veilray.replies")

    /// - Parameters:
    ///   - name: the only receiver to ask, by the name under which its card is trusted; `nil` for all whose addresses are known.
    ///   - address: where that one listens, when it is not where its card says.
    package init(_ resources: DeliveryResources, _ taker: any StudyTaking, to name: String?, at address: PeerAddress?) {
        self.resources = resources
        self.taker = taker
        self.name = name
        self.address = address
    }

    // MARK: Once

    /// Takes what waits at each receiver now.
    ///
    /// - Throws: the first error, when all receivers were asked; `OperationFailure` when there is none to ask.
    package func once() async throws {
        let targets = try await targets()
        guard !targets.isEmpty else {
            throw OperationFailure(.invalidRequest, "no trusted receiver's address is known; give --to NAME --address HOST:PORT")
        }
        var failure: (any Error)?
        for target in targets {
            do {
                try await collect(target, leavesNext: true) {}
            } catch {
                try Task.checkCancellation()
                tell(SenderEvent.ReplySession(peer: peerName(target), held: false, reason: JournalDatabase.reason(for: error)))
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    // MARK: All the time

    /// Holds a session with each receiver, and makes it again when it breaks, until this task is cancelled.
    ///
    /// - Throws: `CancellationError`.
    package func follow() async throws {
        let held = HeldTargets()
        try await withThrowingDiscardingTaskGroup { group in
            while true {
                for target in await targetsOrNone() where held.add(target) {
                    group.addTask {
                        try await hold(target)
                        held.remove(target)
                    }
                }
                try await resources.clock.sleep(for: Self.interval)
            }
        }
    }

    private func targetsOrNone() async -> [Target] {
        do {
            return try await targets()
        } catch {
            if !Task.isCancelled {
                log.error("receivers cannot be looked up", metadata: ["reason": "\(JournalDatabase.reason(for: error))"])
            }
            return []
        }
    }

    /// Returns when the receiver's card is trusted no more.
    ///
    /// - Throws: `CancellationError`.
    private func hold(_ target: Target) async throws {
        let successes = Mutex(0)
        let loop = RetryLoop(
            .heldSession, retryNow: resources.retryNow, clock: resources.clock, advances: { successes.withLock { $0 } }
        ) { retry in
            tell(
                SenderEvent.ReplySession(
                    peer: peerName(target), held: false, reason: JournalDatabase.reason(for: retry.cause),
                    delaySeconds: retry.delay.seconds))
        }
        do {
            try await loop.run { loop in
                try await loop.attempt(movement: { 0 }) {
                    let before = (resources.clock.now, taker.takenBytes)
                    defer {
                        if resources.clock.now - before.0 > Self.success || taker.takenBytes > before.1 { successes.withLock { $0 += 1 } }
                    }
                    do {
                        try await hold(once: target)
                    } catch is CardRemoved {
                        return
                    }
                    throw OperationFailure(.temporary, "the receiver has ended the session")
                }
            }
        } catch let end as RetryLoop.GaveUp {
            throw end.cause
        }
    }

    private func hold(once target: Target) async throws {
        let isHeld = Mutex(false)
        defer { if isHeld.withLock({ $0 }) { resources.figures.count { $0.heldSessions -= 1 } } }
        try await collect(target, leavesNext: false) {
            isHeld.withLock { $0 = true }
            resources.figures.count { $0.heldSessions += 1 }
            tell(SenderEvent.ReplySession(peer: peerName(target), held: true))
        }
    }

    // MARK: Receivers

    private func collect(_ target: Target, leavesNext: Bool, isHeld: @escaping @Sendable () -> Void) async throws {
        guard let peer = resources.trust.peer(fingerprint: target.peer) else { throw CardRemoved() }
        try await ReceiverEndpoint(identity: resources.identity, peer: peer).collect(
            at: target.address, resources.watch, taker, capabilities: .everything, leavesNext: leavesNext, isHeld: isHeld)
    }

    private func targets() async throws -> [Target] {
        await resources.readChangedCards()
        guard let name else {
            var targets: [Target] = []
            for peer in resources.trust.peers {
                if let address = try await known(addressOf: peer) { targets.append(Target(peer: peer.fingerprint, address: address)) }
            }
            return targets
        }
        let peer = try ReceiverEndpoint(identity: resources.identity, trust: resources.trust, to: name).peer
        guard let address = try await self.known(addressOf: peer, address) else {
            throw OperationFailure(.invalidRequest, "no address of \(peer.name) is known; give --address HOST:PORT")
        }
        return [Target(peer: peer.fingerprint, address: address)]
    }

    /// Where studies went last that were not to go where the card says; or what the card says.
    private func known(addressOf peer: TrustedPeer, _ given: PeerAddress? = nil) async throws -> PeerAddress? {
        if let given { return given }
        return try await resources.outbox.journal.lastAddress(of: peer.fingerprint) ?? peer.card.address
    }

    private func peerName(_ target: Target) -> String {
        resources.trust.peer(fingerprint: target.peer)?.name.text ?? target.peer.description
    }

    private func tell(_ event: SenderEvent.ReplySession) { resources.observer.observe(.replySession(event)) }
}

extension RetryPolicy {
    /// Of a session that is held for what may come: nothing moves in it for days.
    static let heldSession = RetryPolicy(patience: nil, shortestStandstill: .seconds(100 * 365 * 86_400))
}

extension Capabilities {
    /// Everything that this release reads and writes.
    static let everything = Capabilities(
        codecs: StegoCodec.allCases.compactMap { CapabilityName($0.rawValue) },
        methods: EmbeddingMethod.all.compactMap { CapabilityName($0.name) },
        features: [Capabilities.probing] + StegoFeatures.names.compactMap { CapabilityName($0) })
}
