import Concurrency
import Protocol

/// How a study gets its turn, and a session with its receiver.
protocol DeliveryWay: Sendable {
    /// Runs attempts to deliver a study when it is its turn.
    ///
    /// - Parameter isAgain: the study had a turn before, and nothing of it went forward.
    /// - Throws: `CancellationError`, `DatabaseError`; what `attempt` throws.
    func inPlace<Result: Sendable>(
        _ transferID: TransferID, isAgain: Bool, _ resources: DeliveryResources, _ attempt: @escaping @Sendable () async throws -> Result
    ) async throws -> Result

    /// Runs `body` with a session in which the study can be opened.
    ///
    /// - Parameters:
    ///   - address: where the receiver listens, when it is not where its card says.
    ///   - gauge: told of the session.
    ///   - firstFlight: what is to travel along with the greeting, asked for where there is one.
    /// - Throws: `CardRemoved`; what connecting, greeting and `body` throw.
    func withSession<Result: Sendable>(
        with receiver: ReceiverEndpoint, at address: PeerAddress?, _ resources: DeliveryResources, _ gauge: LinkGauge,
        capabilities: Capabilities, firstFlight: @escaping @Sendable () async throws -> FirstFlight,
        _ body: @escaping @Sendable (Session) async throws -> Result
    ) async throws -> Result
}

/// Each study over a connection of its own, which this side makes.
struct DialledWay: DeliveryWay {
    func inPlace<Result: Sendable>(
        _ transferID: TransferID, isAgain: Bool, _ resources: DeliveryResources, _ attempt: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await resources.inPlace(transferID, isAgain: isAgain, attempt)
    }

    func withSession<Result: Sendable>(
        with receiver: ReceiverEndpoint, at address: PeerAddress?, _ resources: DeliveryResources, _ gauge: LinkGauge,
        capabilities: Capabilities, firstFlight: @escaping @Sendable () async throws -> FirstFlight,
        _ body: @escaping @Sendable (Session) async throws -> Result
    ) async throws -> Result {
        try await receiver.withSession(
            at: try receiver.address(override: address), resources.earlyConnection, resources.watch, gauge, capabilities: capabilities,
            replies: resources.replies, firstFlight: firstFlight, body)
    }
}

/// One study after the other over a session that is there, urgent ones first: the receiver has dialled it, and nobody else can.
///
/// A study has its turn from before its files are in memory until it is closed or kept.
struct SessionWay: DeliveryWay {
    private let session: Session
    private let turns = PrioritySemaphore(count: 1)

    init(_ session: Session) {
        self.session = session
    }

    func inPlace<Result: Sendable>(
        _ transferID: TransferID, isAgain: Bool, _ resources: DeliveryResources, _ attempt: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let isUrgent = try await resources.outbox.journal.directions(of: transferID)?.priority == .stat
        return try await turns.withPlace(isUrgent ? .urgent : isAgain ? .again : .routine, attempt)
    }

    func withSession<Result: Sendable>(
        with receiver: ReceiverEndpoint, at address: PeerAddress?, _ resources: DeliveryResources, _ gauge: LinkGauge,
        capabilities: Capabilities, firstFlight: @escaping @Sendable () async throws -> FirstFlight,
        _ body: @escaping @Sendable (Session) async throws -> Result
    ) async throws -> Result {
        guard session.agreement.peer.fingerprint == receiver.peer.fingerprint else {
            throw ProtocolError(.wrongPeer, "the session is with another peer than the study's receiver", subject: receiver.peer.name.text)
        }
        gauge.attach(session)
        do {
            return try await body(session)
        } catch {
            // The session goes on with other studies, this side's and the peer's. Does nothing where the study is not open any more.
            await withoutCancellation { [session] in try? await session.stopStudy(.shuttingDown, "the rest of the study comes later") }
            throw error
        }
    }
}
