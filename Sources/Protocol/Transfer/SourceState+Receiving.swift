extension SourceState {
    /// Takes note of what the greeting has settled. A study that was offered goes on.
    ///
    /// - Throws: ``ProtocolError/Code/noCommonCapability`` when a study was offered to a peer that takes none.
    mutating func agree(_ greeted: Greeted) throws(ProtocolError) -> [Output] {
        switch self {
        case .greeting:
            self = greeted.agreement.outgoing == nil ? .ended : .idle(try SourceAccount(greeted))
            return []
        case .offering(let offer):
            let account = try SourceAccount(greeted, offer: offer)
            let sealed = try account.sealer.seal(offer.studyKey, study: 1, manifest: offer.manifest)
            self = .awaiting(account, offer.ledger)
            return [.transmit(.studyKey(WireMessage.StudyKey(study: 1, sealedKey: sealed)))]
        case .idle, .opening, .awaiting, .sending, .completing, .stopping, .ended:
            throw .misuse("a second greeting")
        }
    }

    /// Takes a message of the sink. Any error has ended the session.
    mutating func receive(_ message: WireMessage) throws(ProtocolError) -> [Output] {
        if case .stopping(var state) = self, let number = state.account?.studies {
            if case .refuseStudy(let end) = message {
                guard end.study == number, let account = state.account else { throw unexpected(message) }
                self = .idle(account)
                return [.stopped]
            }
            let outputs = try state.receive(message)
            self = .stopping(state)
            return outputs.filter(\.matters)
        }
        switch message {
        case .studyOpened(let study, let standing): return try studyOpened(study, standing)
        case .credit(let more): return try credit(more)
        case .instanceReceipt(let statement): return try instanceReceipt(statement)
        case .studyReceipt(let statement): return try studyReceipt(statement)
        case .refuseStudy(let end): return try refuseStudy(end)
        default: throw unexpected(message)
        }
    }

    private mutating func studyOpened(_ study: UInt32, _ standing: StudyStanding) throws(ProtocolError) -> [Output] {
        switch self {
        case .opening(let account, let manifest) where study == account.studies:
            var ledger = SourceLedger(study: study, manifest: manifest)
            _ = try ledger.learn(standing)
            self = .sending(account, ledger)
            return [.opened(standing)]
        case .awaiting(let account, var ledger) where study == account.studies:
            let needless = try ledger.learn(standing)
            self = .sending(account, ledger)
            let stop = needless.map { Output.transmit(.withdraw(study: study, index: $0, reason: "it is there already")) }
            return (stop.map { [$0] } ?? []) + [.opened(standing)]
        default:
            throw unexpected(.studyOpened(study: study, standing))
        }
    }

    private mutating func credit(_ more: WireMessage.Credit) throws(ProtocolError) -> [Output] {
        func grown(_ account: SourceAccount) throws(ProtocolError) -> SourceAccount {
            var account = account
            try account.flow.take(more)
            return account
        }
        // Rebuilt rather than changed in place: the ledger is passed on without being copied.
        switch self {
        case .greeting, .offering, .stopping, .ended: throw unexpected(.credit(more))
        case .idle(let account): self = .idle(try grown(account))
        case .opening(let account, let manifest): self = .opening(try grown(account), manifest)
        case .awaiting(let account, let ledger): self = .awaiting(try grown(account), ledger)
        case .sending(let account, let ledger): self = .sending(try grown(account), ledger)
        case .completing(let account, let ledger): self = .completing(try grown(account), ledger)
        }
        return [.credited(more)]
    }

    private mutating func instanceReceipt(_ statement: SignedStatement) throws(ProtocolError) -> [Output] {
        switch self {
        case .sending(let account, var ledger):
            self = .ended  // so that `ledger` is the only reference and changes in place
            let receipt = try InstanceReceipt(statement, signedBy: account.peer.card)
            try ledger.settle(receipt)
            self = .sending(account, ledger)
            return [.receipt(receipt)]
        case .completing(let account, var ledger):
            self = .ended
            let receipt = try InstanceReceipt(statement, signedBy: account.peer.card)
            try ledger.settle(receipt)
            self = .completing(account, ledger)
            return [.receipt(receipt)]
        case .greeting, .offering, .idle, .opening, .awaiting, .stopping, .ended:
            throw unexpected(.instanceReceipt(statement))
        }
    }

    private mutating func studyReceipt(_ statement: SignedStatement) throws(ProtocolError) -> [Output] {
        guard case .completing(let account, let ledger) = self else { throw unexpected(.studyReceipt(statement)) }
        let receipt = try StudyReceipt(statement, signedBy: account.peer.card)
        try ledger.check(receipt)
        self = .idle(account)
        return [.completed(receipt)]
    }

    private mutating func refuseStudy(_ end: WireMessage.StudyEnd) throws(ProtocolError) -> [Output] {
        switch self {
        case .opening(let account, _), .awaiting(let account, _), .sending(let account, _), .completing(let account, _):
            guard end.study == account.studies else { throw unexpected(.refuseStudy(end)) }
            self = .idle(account)
            return [.transmit(.stopStudy(end.answered)), .refused(end.code, reason: end.reason)]
        case .greeting, .offering, .idle, .stopping, .ended:
            throw unexpected(.refuseStudy(end))
        }
    }

    private var account: SourceAccount? {
        switch self {
        case .idle(let account), .opening(let account, _), .awaiting(let account, _), .sending(let account, _),
            .completing(let account, _):
            account
        case .stopping(let state): state.account
        case .greeting, .offering, .ended: nil
        }
    }

    private func unexpected(_ message: WireMessage) -> ProtocolError {
        .violation("\(message.name) while \(name)")
    }
}

extension SourceState.Output {
    /// Whether it counts although the study was stopped: receipts are evidence, whenever they come.
    fileprivate var matters: Bool {
        switch self {
        case .credited, .receipt, .completed: true
        case .transmit, .opened, .refused, .stopped: false
        }
    }
}
