import CommandLineSupport
import Logging
import Protocol
import SecureChannel
import StegoKit

/// Listens, and serves every trusted sender that connects, several at once.
struct ReceiverServer: Sendable {
    let identity: Identity
    let trust: TrustStore
    let listen: PeerAddress
    let restorer: Restorer
    /// Remembers study keys where stego files are kept.
    let keyring: Keyring?
    let reporter: ReceiverReporter
    /// How long a study that is under way may still take once the receiver is to stop.
    let grace: Duration

    private let log = Logger(label: "veilray.receive")
    private let pool = WorkerPool(label: "veilray.restore")

    init(
        identity: Identity, trust: TrustStore, listen: PeerAddress, restorer: Restorer, keyring: Keyring?, reporter: ReceiverReporter,
        grace: Duration
    ) {
        self.identity = identity
        self.trust = trust
        self.listen = listen
        self.restorer = restorer
        self.keyring = keyring
        self.reporter = reporter
        self.grace = grace
    }

    /// Serves until the stop is requested; returns when everything it started has ended.
    ///
    /// - Parameter studies: counts the finished ones.
    func run(until stop: StopRequest, studies: StudyCounter) async throws {
        let listener = try await bind()
        reporter.report(ReceiverReport.Listening(host: listener.localAddress.host, port: listener.localAddress.port))
        // Two for each processor: one instance is restored while the next waits at hand.
        let slots = WorkSlots(count: pool.width * 2)
        let sessions = Task {
            await withDiscardingTaskGroup { group in
                for await connection in listener.connections {
                    group.addTask { await serve(connection, slots, studies, until: stop) }
                }
            }
        }
        await stop.wait()
        await listener.stop()
        // Those under way get their time.
        let deadline = Task {
            try await Task.sleep(for: grace)
            sessions.cancel()
        }
        await sessions.value
        deadline.cancel()
    }

    private func bind() async throws -> SecureListener {
        let (trust, reporter, log) = (trust, reporter, log)
        return try await SecureListener.bind(
            host: listen.host, port: listen.port,
            credentials: TLSCredentials(certificateChainPEM: identity.tlsCertificatePEM, privateKeyPEM: identity.tlsPrivateKeyPEM),
            policy: .pinned { certificate in
                // Cards may be added and removed while the receiver runs. When they cannot be read, those known before count.
                try? trust.reload()
                return trust.isTrusted(certificateDER: certificate)
            },
            onEvent: { event in
                switch event {
                case .rejected(let peer, let error):
                    reporter.report(ReceiverReport.Refused(address: "\(peer)", reason: error.reason))
                case .cannotAccept(let error):
                    log.error("no new senders can be taken for the moment", metadata: ["reason": "\(error)"])
                }
            })
    }

    /// One connection from its greeting to its end. Whatever goes wrong in it ends it and nothing else.
    private func serve(_ connection: SecureConnection, _ slots: WorkSlots, _ studies: StudyCounter, until stop: StopRequest) async {
        let address = "\(connection.peerAddress)"
        let session: ReceiverSession
        do {
            session = try await ReceiverSession.accept(over: connection, identity: identity, trust: trust, policy: policy)
        } catch {
            reporter.report(ReceiverReport.Refused(address: address, reason: "\(error)"))
            return
        }
        let peer = session.agreement.peer.name.text
        reporter.report(ReceiverReport.Connected(peer: peer, address: address))
        let handler = SessionHandler(
            session: session, restorer: restorer, pool: pool, slots: slots, keyring: keyring, reporter: reporter, studies: studies)
        var reason: String?
        do {
            try await handler.run(until: stop)
        } catch is CancellationError {
            reason = "the receiver stopped"
            // In a task of its own: this one is cancelled, and taking leave takes a moment.
            await Task { await session.end() }.value
        } catch {
            reason = "\(error)"
            // Does nothing when it was the session that failed.
            await session.abort(.internalFailure, "the study could not be received")
        }
        log.info("session ended", metadata: ["peer": "\(peer)", "address": "\(address)", "reason": "\(reason ?? "goodbye")"])
        reporter.report(ReceiverReport.Disconnected(peer: peer, address: address, reason: reason))
    }

    private var policy: ReceiverPolicy {
        let capabilities = Capabilities(
            codecs: StegoCodec.allCases.compactMap { CapabilityName($0.rawValue) },
            methods: EmbeddingMethodIdentifier.allCases.compactMap { CapabilityName($0.name) })
        return ReceiverPolicy(capabilities: capabilities, keepsStego: keyring != nil)
    }
}
