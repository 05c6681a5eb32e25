extension SenderState {
    /// Takes a message of the peer. Any error has ended the session.
    mutating func receive(_ message: WireMessage) throws(ProtocolError) -> [Output] {
        do throws(ProtocolError) {
            return try respond(to: message)
        } catch {
            self = .ended
            throw error
        }
    }

    private mutating func respond(to message: WireMessage) throws(ProtocolError) -> [Output] {
        switch message {
        case .welcome(let greeting): return try welcome(greeting)
        case .studyOpened(let study, let standing): return try studyOpened(study, standing)
        case .credit(let more): return try credit(more)
        case .instanceReceipt(let statement): return try instanceReceipt(statement)
        case .studyReceipt(let statement): return try studyReceipt(statement)
        case .keepAlive: return []
        case .probe(let number, _): return try probed(number)
        case .goodbye: return try goodbye()
        case .abort(let code, let reason): throw .aborted(code, reason)
        case .hello, .openStudy, .studyKey, .instanceHeader, .chunk, .withdraw, .studyComplete: throw unexpected(message)
        }
    }

    private mutating func welcome(_ greeting: SignedGreeting) throws(ProtocolError) -> [Output] {
        switch self {
        case .greeting(let handshake):
            let (agreement, sealer) = try handshake.finish(greeting)
            self = .idle(SenderAccount(agreement: agreement, sealer: sealer))
            return [.agreed(agreement)]
        case .offering(let handshake, let offer):
            let (agreement, sealer) = try handshake.finish(greeting)
            let sealed = try sealer.seal(offer.studyKey, study: 1, manifest: offer.manifest)
            self = .awaiting(SenderAccount(agreement: agreement, sealer: sealer, offer: offer), offer.ledger)
            return [.transmit(.studyKey(WireMessage.StudyKey(study: 1, sealedKey: sealed))), .agreed(agreement)]
        case .idle, .opening, .awaiting, .sending, .completing, .ended:
            throw unexpected(.welcome(greeting))
        }
    }

    private mutating func studyOpened(_ study: UInt32, _ standing: StudyStanding) throws(ProtocolError) -> [Output] {
        switch self {
        case .opening(let account, let manifest) where study == account.studies:
            var ledger = SenderLedger(study: study, manifest: manifest)
            _ = try ledger.learn(standing)
            self = .sending(account, ledger)
            return [.studyOpened(standing)]
        case .awaiting(let account, var ledger) where study == account.studies:
            let needless = try ledger.learn(standing)
            self = .sending(account, ledger)
            let stop = needless.map { Output.transmit(.withdraw(study: study, index: $0, reason: "it is there already")) }
            return (stop.map { [$0] } ?? []) + [.studyOpened(standing)]
        default:
            throw unexpected(.studyOpened(study: study, standing))
        }
    }

    private mutating func credit(_ more: WireMessage.Credit) throws(ProtocolError) -> [Output] {
        let isAllowed = try changeAccount { (account) throws(ProtocolError) in try account.flow.take(more) }
        guard isAllowed else { throw unexpected(.credit(more)) }
        return [.credited(more)]
    }

    /// Probes are answered in their order, each once.
    private mutating func probed(_ number: UInt32) throws(ProtocolError) -> [Output] {
        let isAllowed = try changeAccount { (account) throws(ProtocolError) in
            guard account.probes.answered < account.probes.sent, number == account.probes.answered + 1 else {
                throw .violation("an answer to a probe that was not sent")
            }
            account.probes.answered = number
        }
        guard isAllowed else { throw unexpected(.probe(number: number, byteCount: 0)) }
        return [.probed(number)]
    }

    private mutating func instanceReceipt(_ statement: SignedStatement) throws(ProtocolError) -> [Output] {
        switch self {
        case .sending(let account, var ledger):
            self = .ended  // so that `ledger` is the only reference and changes in place
            let receipt = try InstanceReceipt(statement, signedBy: account.agreement.peer.card)
            try ledger.settle(receipt)
            self = .sending(account, ledger)
            return [.receipt(receipt)]
        case .completing(let account, var ledger):
            self = .ended
            let receipt = try InstanceReceipt(statement, signedBy: account.agreement.peer.card)
            try ledger.settle(receipt)
            self = .completing(account, ledger)
            return [.receipt(receipt)]
        case .greeting, .offering, .idle, .opening, .awaiting, .ended:
            throw unexpected(.instanceReceipt(statement))
        }
    }

    private mutating func studyReceipt(_ statement: SignedStatement) throws(ProtocolError) -> [Output] {
        guard case .completing(let account, let ledger) = self else { throw unexpected(.studyReceipt(statement)) }
        let receipt = try StudyReceipt(statement, signedBy: account.agreement.peer.card)
        try ledger.check(receipt)
        self = .idle(account)
        return [.studyReceipt(receipt)]
    }

    private mutating func goodbye() throws(ProtocolError) -> [Output] {
        switch self {
        // In `opening` the goodbye has crossed our `OpenStudy`: nobody's fault, and the study was not begun.
        case .idle, .opening: self = .ended
        case .greeting, .offering, .awaiting, .sending, .completing, .ended: throw unexpected(.goodbye)
        }
        return [.peerLeft]
    }

    private func unexpected(_ message: WireMessage) -> ProtocolError {
        .violation("\(message.name) while \(name)")
    }
}
