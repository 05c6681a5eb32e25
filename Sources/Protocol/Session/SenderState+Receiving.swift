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
        case .credit(let bytes): return try credit(bytes)
        case .instanceReceipt(let statement): return try instanceReceipt(statement)
        case .studyReceipt(let statement): return try studyReceipt(statement)
        case .keepAlive: return []
        case .goodbye: return try goodbye()
        case .abort(let code, let reason): throw .aborted(code, reason)
        case .hello, .openStudy, .instanceHeader, .chunk, .withdraw, .studyComplete: throw unexpected(message)
        }
    }

    private mutating func welcome(_ greeting: SignedGreeting) throws(ProtocolError) -> [Output] {
        guard case .greeting(let handshake) = self else { throw unexpected(.welcome(greeting)) }
        let (agreement, sealer) = try handshake.finish(greeting)
        self = .idle(SenderAccount(agreement: agreement, sealer: sealer))
        return [.agreed(agreement)]
    }

    private mutating func studyOpened(_ study: UInt32, _ standing: StudyStanding) throws(ProtocolError) -> [Output] {
        guard case .opening(let account, let manifest) = self, study == account.studies else {
            throw unexpected(.studyOpened(study: study, standing))
        }
        self = .sending(account, try SenderLedger(study: study, manifest: manifest, standing: standing))
        return [.studyOpened(standing)]
    }

    private mutating func credit(_ bytes: Int) throws(ProtocolError) -> [Output] {
        func grown(_ account: SenderAccount) throws(ProtocolError) -> SenderAccount {
            var account = account
            account.credit += bytes
            guard account.credit <= SessionLimits.windowBytes.upperBound else { throw .violation("more credit than there can be") }
            return account
        }
        // Rebuilt rather than changed in place: the ledger is passed on without being copied.
        switch self {
        case .greeting, .ended: throw unexpected(.credit(bytes))
        case .idle(let account): self = .idle(try grown(account))
        case .opening(let account, let manifest): self = .opening(try grown(account), manifest)
        case .sending(let account, let ledger): self = .sending(try grown(account), ledger)
        case .completing(let account, let ledger): self = .completing(try grown(account), ledger)
        }
        return [.creditGrown]
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
        case .greeting, .idle, .opening, .ended:
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
        case .greeting, .sending, .completing, .ended: throw unexpected(.goodbye)
        }
        return [.peerLeft]
    }

    private func unexpected(_ message: WireMessage) -> ProtocolError {
        .violation("\(message.name) while \(name)")
    }
}
