import Crypto

extension SenderState {
    /// Does what the own program wants. An error has changed nothing.
    mutating func perform(_ command: Command) throws(ProtocolError) -> [Output] {
        switch command {
        case .offerStudy(let manifest, let studyKey): try offerStudy(manifest, studyKey)
        case .openStudy(let manifest, let studyKey): try openStudy(manifest, studyKey)
        case .begin(let header): try begin(header)
        case .chunk(let bytes): try chunk(bytes)
        case .withdraw(let index, let reason): try withdraw(index, reason)
        case .finishStudy: try finishStudy()
        case .probe(let byteCount): try probe(byteCount)
        case .leave: try leave()
        }
    }

    private mutating func offerStudy(_ manifest: Manifest, _ studyKey: SymmetricKey) throws(ProtocolError) -> [Output] {
        guard case .greeting(let handshake) = self else { throw wrongState("offer a study") }
        self = .offering(handshake, SenderOffer(manifest, studyKey))
        return [.transmit(.openStudy(WireMessage.OpenStudy(study: 1, manifest: manifest.statement, sealedKey: nil)))]
    }

    private mutating func openStudy(_ manifest: Manifest, _ studyKey: SymmetricKey) throws(ProtocolError) -> [Output] {
        guard case .idle(var account) = self else { throw wrongState("open a study") }
        guard manifest.entries.count <= account.agreement.limits.instances else {
            throw ProtocolError(
                .limitExceeded,
                "the study has \(manifest.entries.count) instances, the receiver takes \(account.agreement.limits.instances)")
        }
        account.studies += 1
        let sealed = try account.sealer.seal(studyKey, study: account.studies, manifest: manifest)
        let message = WireMessage.OpenStudy(study: account.studies, manifest: manifest.statement, sealedKey: sealed)
        self = .opening(account, manifest)
        return [.transmit(.openStudy(message))]
    }

    private mutating func begin(_ header: InstanceHeader) throws(ProtocolError) -> [Output] {
        try whileSending("send an instance") { (flow, ledger) throws(ProtocolError) in
            try ledger.begin(header, limits: flow.limits)
            return [.transmit(.instanceHeader(study: ledger.study, header))]
        }
    }

    private mutating func chunk(_ bytes: [UInt8]) throws(ProtocolError) -> [Output] {
        try whileSending("send a chunk") { (flow, ledger) throws(ProtocolError) in
            guard bytes.count <= flow.credit else { throw .misuse("a chunk beyond the receiver's credit") }
            let before = try ledger.advance(by: bytes.count, limits: flow.limits)
            flow.credit -= bytes.count
            flow.sent += UInt64(bytes.count)
            return [.transmit(.chunk(.init(study: ledger.study, index: before.header.index, offset: before.offset, bytes: bytes)))]
        }
    }

    private mutating func withdraw(_ index: Int, _ reason: String) throws(ProtocolError) -> [Output] {
        guard case .sending = self else { throw wrongState("withdraw an instance") }
        return try whileSending("withdraw an instance") { (_, ledger) throws(ProtocolError) in
            try ledger.withdraw(index)
            return [.transmit(.withdraw(study: ledger.study, index: index, reason: reason))]
        }
    }

    /// Lets `change` work on the open study. It checks before it changes.
    private mutating func whileSending(
        _ what: String, _ change: (inout SenderFlow, inout SenderLedger) throws(ProtocolError) -> [Output]
    ) throws(ProtocolError) -> [Output] {
        // `self` is something else meanwhile, so that the ledger is the only reference and changes in place.
        switch self {
        case .offering(let handshake, var offer):
            self = .ended
            defer { self = .offering(handshake, offer) }
            return try change(&offer.flow, &offer.ledger)
        case .awaiting(var account, var ledger):
            self = .ended
            defer { self = .awaiting(account, ledger) }
            return try change(&account.flow, &ledger)
        case .sending(var account, var ledger):
            self = .ended
            defer { self = .sending(account, ledger) }
            return try change(&account.flow, &ledger)
        case .greeting, .idle, .opening, .completing, .ended:
            throw wrongState(what)
        }
    }

    private mutating func finishStudy() throws(ProtocolError) -> [Output] {
        guard case .sending(let account, let ledger) = self else { throw wrongState("finish a study") }
        guard ledger.isSettled else { throw .misuse("instances remain that were neither sent nor withdrawn") }
        self = .completing(account, ledger)
        return [.transmit(.studyComplete(study: ledger.study))]
    }

    private mutating func probe(_ byteCount: Int) throws(ProtocolError) -> [Output] {
        guard (0...LinkProbe.messageBytes).contains(byteCount) else { throw .misuse("a probe of \(byteCount) bytes") }
        var number: UInt32 = 0
        let isAllowed = changeAccount { account in
            account.probes.sent += 1
            number = account.probes.sent
        }
        guard isAllowed else { throw wrongState("probe the link") }
        return [.transmit(.probe(number: number, byteCount: byteCount))]
    }

    /// Changes the account where there is one, whatever else the state holds; `false` where there is none.
    ///
    /// Rebuilt rather than changed in place: the ledger is passed on without being copied.
    mutating func changeAccount<Failure: Error>(_ change: (inout SenderAccount) throws(Failure) -> Void) throws(Failure) -> Bool {
        func changed(_ account: SenderAccount) throws(Failure) -> SenderAccount {
            var account = account
            try change(&account)
            return account
        }
        switch self {
        case .greeting, .offering, .ended: return false
        case .idle(let account): self = .idle(try changed(account))
        case .opening(let account, let manifest): self = .opening(try changed(account), manifest)
        case .awaiting(let account, let ledger): self = .awaiting(try changed(account), ledger)
        case .sending(let account, let ledger): self = .sending(try changed(account), ledger)
        case .completing(let account, let ledger): self = .completing(try changed(account), ledger)
        }
        return true
    }

    private mutating func leave() throws(ProtocolError) -> [Output] {
        guard case .idle = self else { throw wrongState("leave") }
        self = .ended
        return [.transmit(.goodbye)]
    }

    private func wrongState(_ what: String) -> ProtocolError {
        .misuse("\(what) while \(name)")
    }
}
