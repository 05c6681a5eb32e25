import Basics
import Concurrency
import Logging
import Protocol

/// Serves one peer from its greeting to its goodbye: takes its studies, and sends it those that wait for it, both at once.
struct SessionHandler: Sendable {
    /// How long a sender may be connected without opening a study. It connects again by itself when it has one.
    static let idleLimit = Duration.seconds(300)

    let session: Session
    let reception: Reception
    let observer: any ReceiverObserver
    let studies: StudyCounter
    let credit: CreditGate
    /// Whether a study that cannot be taken leaves the session, in which this side sends as well, as it is.
    var refusesAlone = false

    private let log = Logger(label: "veilray.receive")

    init(
        session: Session, reception: Reception, observer: any ReceiverObserver, studies: StudyCounter, credit: CreditGate,
        refusesAlone: Bool = false
    ) {
        self.session = session
        self.reception = reception
        self.observer = observer
        self.studies = studies
        self.credit = credit
        self.refusesAlone = refusesAlone
    }

    /// Returns when the sender has said goodbye; or when it has no study open and the receiver is to stop, or it has opened none for long.
    func run(until stop: StopRequest) async throws {
        if let sending = reception.sending, session.agreement.outgoing != nil {
            try await run(sending, until: stop)
        } else {
            try await take(until: stop, idleLimit: Self.idleLimit)
        }
        await session.end()
    }

    // MARK: Both directions

    private enum Half: Sendable {
        case taken
        case sent
    }

    /// Returns when neither side has more studies, the peer has left, or the receiver is to stop.
    ///
    /// A peer that takes studies holds its session for as long as it likes: something may come for it.
    private func run(_ sending: any StudySending, until stop: StopRequest) async throws {
        let last = StopRequest()
        try await withThrowingTaskGroup(of: Half.self) { group in
            group.addTask {
                if session.agreement.incoming == nil {
                    try await stop.first { try await session.untilPeerHasNoMore() }
                } else {
                    try await take(until: stop, idleLimit: nil)
                }
                return .taken
            }
            group.addTask {
                await send(sending, until: last)
                return .sent
            }
            defer { group.cancelAll() }
            while let half = try await group.next() {
                switch half {
                case .sent: if last.isRequested { return }
                case .taken:
                    // What it still waits for is sent, unless it waits no more.
                    if await session.isOver || stop.isRequested { return }
                    last.request()
                }
            }
        }
    }

    /// Trouble with what this side sends is none of what it takes.
    private func send(_ sending: any StudySending, until last: StopRequest) async {
        do {
            try await sending.send(over: session, until: last)
        } catch {
            guard !Task.isCancelled, await !session.isOver else { return }
            log.error(
                "what waits for a peer could not be sent",
                metadata: ["peer": "\(session.agreement.peer.name)", "reason": "\(error)"])
            try? await session.noMoreStudies()
        }
        await last.wait()
    }

    // MARK: Taking

    /// Takes studies until the peer has no more, the session is over, or this side is to stop and no study is open. Leaves the session open.
    ///
    /// - Parameter idleLimit: how long the peer may let pass without opening a study; `nil` for ever.
    func take(until stop: StopRequest, idleLimit: Duration?) async throws {
        while let event = try await next(until: stop, idleLimit) {
            switch event {
            case .studyOpened(let manifest): try await take(manifest)
            case .studyRefused(let manifest, _, let reason): report(refused: manifest, reason)
            default: break
            }
        }
    }

    private func next(until stop: StopRequest, _ idleLimit: Duration?) async throws -> SinkEvent? {
        guard let idleLimit else { return try await stop.first { try await session.nextEvent() } }
        return try await stop.first(within: idleLimit, orElse: { try await session.nextEvent() })
    }

    private func take(_ manifest: Manifest) async throws {
        do {
            try await receive(manifest, at: try await place(of: manifest))
        } catch let error as ProtocolError where error.code == .studyEnded {
            // The sender may go on with another one.
            log.notice("study ended by its sender", metadata: ["study": "\(manifest.studyUID.text)", "reason": "\(error.reason)"])
        } catch let refusal as StudyRefusal {
            try await refuse(manifest, refusal.code, refusal.reason)
        } catch  where refusesAlone && !(error is ProtocolError || error is CancellationError) {
            let error = ReceivingError(of: error)
            log.error("a study cannot be taken", metadata: ["transfer": "\(manifest.transferID)", "reason": "\(error)"])
            try await refuse(manifest, error.abortCode, error.instanceFailure.text)
        }
    }

    /// - Returns: `nil` for the place that the layout gives, and for a study that is known and has its place.
    /// - Throws: ``StudyRefusal``; what the gate and the journal throw.
    private func place(of manifest: Manifest) async throws -> StudyPlace? {
        guard let gate = reception.gate, try await !reception.inbox.knows(manifest.transferID) else { return nil }
        return try await gate.place(for: manifest, from: session.agreement.peer)
    }

    private func refuse(_ manifest: Manifest, _ code: AbortCode, _ reason: String) async throws {
        report(refused: manifest, reason)
        do {
            try await session.refuseStudy(code, reason)
        } catch let error as ProtocolError where error.code == .misuse {
            // It has come to its end meanwhile.
        }
    }

    private func report(refused manifest: Manifest, _ reason: String) {
        log.notice("study refused", metadata: ["study": "\(manifest.studyUID.text)", "reason": "\(reason)"])
        observer.observe(
            .studyRefused(
                ReceiverEvent.StudyRefused(
                    study: manifest.studyUID.text, transfer: manifest.transferID.description, peer: session.agreement.peer.name.text,
                    reason: reason)))
    }

    private func receive(_ manifest: Manifest, at place: StudyPlace?) async throws {
        let study = StudyReception(
            session: session, manifest: manifest, place: place, reception: reception, observer: observer, credit: credit)
        let tally = try await study.run().tally
        reception.counters.add { $0.studies += 1 }
        observer.observe(
            .study(
                ReceiverEvent.Study(
                    study: manifest.studyUID.text, peer: session.agreement.peer.name.text, restored: tally.restored, failed: tally.failed,
                    withdrawn: tally.withdrawn)))
        await studies.finishedOne()
    }
}

extension StopRequest {
    /// The result of `body`, or `nil` when the stop is requested first, or the time is over; `body` is cancelled then.
    package func first<Result: Sendable>(
        within limit: Duration, by clock: any MonotonicClock = ContinuousClock(),
        orElse body: @escaping @Sendable () async throws -> Result?
    ) async throws -> Result? {
        try await first {
            try await withThrowingTaskGroup(of: Result?.self) { group in
                group.addTask { try await body() }
                group.addTask {
                    try await clock.sleep(for: limit)
                    return nil
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
        }
    }
}
