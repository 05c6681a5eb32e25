import Concurrency
import Files
import Logging
import Protocol
import SecureChannel

/// Listens, and serves every trusted sender that connects, several at once.
struct ReceiverServer: Sendable {
    let identity: Identity
    let cards: LiveTrust
    let listen: PeerAddress
    let reception: Reception
    let observer: any ReceiverObserver
    /// How long a study that is under way may still take once the receiver is to stop.
    let grace: Duration

    private let log = Logger(label: "veilray.receive")
    private let places = SessionPlaces()
    private let refusals = RefusalLog()

    init(
        identity: Identity, cards: LiveTrust, listen: PeerAddress, reception: Reception, observer: any ReceiverObserver, grace: Duration
    ) {
        self.identity = identity
        self.cards = cards
        self.listen = listen
        self.reception = reception
        self.observer = observer
        self.grace = grace
    }

    /// Serves until the stop is requested. Whatever ends it, everything that it started has ended when it returns.
    ///
    /// - Parameter studies: counts the finished ones.
    /// - Throws: `ChannelError` where it cannot listen; `FileError` and errors of the journal where it cannot take up an earlier run's
    ///   work; `CancellationError`.
    func run(until stop: StopRequest, studies: StudyCounter) async throws {
        let listener = try await bind()
        do {
            try await reception.running(cards) {
                observer.observe(
                    .listening(
                        ReceiverEvent.Listening(
                            host: listener.localAddress.host, port: listener.localAddress.port, trustedCards: cards.trust.peers.count)))
                await serveAll(listener, until: stop, studies)
            }
        } catch {
            await listener.stop()
            throw error
        }
    }

    /// Returns when the stop is requested and the sessions have ended, which get their time.
    private func serveAll(_ listener: SecureListener, until stop: StopRequest, _ studies: StudyCounter) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await withDiscardingTaskGroup { sessions in
                    for await connection in listener.connections {
                        sessions.addTask { await serve(connection, studies, until: stop) }
                    }
                }
            }
            group.addTask { [grace] in
                await stop.wait()
                await listener.stop()
                try? await reception.clock.sleep(for: grace)
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func bind() async throws -> SecureListener {
        let (server, log, cards) = (self, log, cards)
        return try await SecureListener.bind(
            host: listen.host, port: listen.port,
            credentials: TLSCredentials(certificateChainPEM: identity.tlsCertificatePEM, privateKeyPEM: identity.tlsPrivateKeyPEM),
            policy: .pinned { cards.isTrusted(certificateDER: $0) },
            onEvent: { event in
                switch event {
                case .rejected(let peer, let error): server.noteRefusal(of: "\(peer)", Refusal(error))
                case .cannotAccept(let error):
                    log.error("no new senders can be taken for the moment", metadata: ["reason": "\(error)"])
                }
            })
    }

    private func noteRefusal(of address: String, _ refusal: Refusal) {
        reception.counters.add { $0.refusedConnections += 1 }
        if let line = refusals.line(refusal.reason) {
            observer.observe(.refused(ReceiverEvent.Refused(address: address, reason: line, claim: refusal.claim)))
        }
    }

    private func serve(_ connection: SecureConnection, _ studies: StudyCounter, until stop: StopRequest) async {
        let sender = connection.peerCertificateDER
        guard places.enter(sender) else {
            let reason = "\(SessionPlaces.perSender) sessions of this sender are open already"
            noteRefusal(of: "\(connection.peerAddress)", Refusal(reason))
            await Session.refuse(connection, .refused, "\(reason); try again later")
            return
        }
        await serveSession(over: connection, studies, until: stop)
        places.leave(sender)
    }

    /// One connection from its greeting to its end. Whatever goes wrong in it ends it and nothing else.
    private func serveSession(over connection: SecureConnection, _ studies: StudyCounter, until stop: StopRequest) async {
        let address = "\(connection.peerAddress)"
        let session: Session
        do {
            session = try await Session.respond(
                over: connection, identity: identity, trust: cards.trust, roles: await roles, room: reception.manifests,
                heads: StegoHeads(pool: reception.pool))
        } catch {
            noteRefusal(of: address, Refusal("\(error)"))
            return
        }
        let peer = session.agreement.peer.name.text
        reception.counters.add { $0.sessions += 1 }
        observer.observe(.connected(ReceiverEvent.Connected(peer: peer, address: address)))
        let handler = SessionHandler(
            session: session, reception: reception, observer: observer, studies: studies,
            credit: reception.credit(of: session))
        var reason: String?
        do {
            try await cards.watch.whileTrusted(connection.peerCertificateDER) {
                await session.abort(.notTrusted, "the receiver has removed this sender's card")
            } _: {
                try await handler.run(until: stop)
            }
        } catch is CardRemoved {
            reason = "the card of \(peer) was removed; what it had sent and is not restored waits in the spool"
        } catch is CancellationError {
            reason = "the receiver stopped"
            // Taking leave takes a moment.
            await withoutCancellation { await session.end() }
        } catch {
            reason = "\(error)"
            let error = ReceivingError(of: error)
            // Does nothing when it was the session that failed.
            await session.abort(
                error.abortCode, error.code == .other ? "the study could not be received" : error.instanceFailure.text)
        }
        log.info("session ended", metadata: ["peer": "\(peer)", "address": "\(address)", "reason": "\(reason ?? "goodbye")"])
        observer.observe(.disconnected(ReceiverEvent.Disconnected(peer: peer, address: address, reason: reason)))
    }

    /// Takes studies; sends them where something can be there for the peer.
    private var roles: SessionRoles {
        get async {
            var roles = SessionRoles.sink(Reception.capabilities, await reception.terms)
            roles.isSource = reception.sending != nil
            roles.understood = reception.understood
            return roles
        }
    }
}
