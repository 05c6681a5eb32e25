import Crypto

extension SourceState {
    /// Does what the own program wants. An error has changed nothing.
    mutating func perform(_ command: Command) throws(ProtocolError) -> [Output] {
        switch command {
        case .offer(let manifest, let studyKey): try offer(manifest, studyKey)
        case .open(let manifest, let studyKey): try open(manifest, studyKey)
        case .begin(let header): try begin(header)
        case .chunk(let bytes): try chunk(bytes)
        case .head(let head): try self.head(head)
        case .withdraw(let index, let reason): try withdraw(index, reason)
        case .finish: try finish()
        case .stop(let code, let reason): try stop(code, reason)
        }
    }

    private mutating func offer(_ manifest: Manifest, _ studyKey: SymmetricKey) throws(ProtocolError) -> [Output] {
        guard case .greeting = self else { throw wrongState("offer a study") }
        self = .offering(SourceOffer(manifest, studyKey))
        return [.transmit(.openStudy(WireMessage.OpenStudy(study: 1, manifest: manifest.statement, sealedKey: nil)))]
    }

    private mutating func open(_ manifest: Manifest, _ studyKey: SymmetricKey) throws(ProtocolError) -> [Output] {
        guard case .idle(var account) = self else { throw wrongState("open a study") }
        guard manifest.entries.count <= account.limits.instances else {
            throw ProtocolError(
                .limitExceeded, "the study has \(manifest.entries.count) instances, the receiver takes \(account.limits.instances)")
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

    private mutating func head(_ head: OutgoingHead) throws(ProtocolError) -> [Output] {
        guard case .sending = self else { throw wrongState("send a short head") }
        return try whileSending("send a short head") { (flow, ledger) throws(ProtocolError) in
            guard head.bytes.count <= flow.credit else { throw .misuse("a short head beyond the receiver's credit") }
            let before = try ledger.advance(by: head, limits: flow.limits)
            flow.credit -= head.bytes.count
            flow.sent += UInt64(head.bytes.count)
            return [
                .transmit(
                    .chunk(.init(study: ledger.study, index: before.header.index, offset: 0, bytes: head.bytes, head: head.terms)))
            ]
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
        _ what: String, _ change: (inout SourceFlow, inout SourceLedger) throws(ProtocolError) -> [Output]
    ) throws(ProtocolError) -> [Output] {
        // `self` is something else meanwhile, so that the ledger is the only reference and changes in place.
        switch self {
        case .offering(var offer):
            self = .ended
            defer { self = .offering(offer) }
            return try change(&offer.flow, &offer.ledger)
        case .awaiting(var account, var ledger):
            self = .ended
            defer { self = .awaiting(account, ledger) }
            return try change(&account.flow, &ledger)
        case .sending(var account, var ledger):
            self = .ended
            defer { self = .sending(account, ledger) }
            return try change(&account.flow, &ledger)
        case .greeting, .idle, .opening, .completing, .stopping, .ended:
            throw wrongState(what)
        }
    }

    private mutating func finish() throws(ProtocolError) -> [Output] {
        guard case .sending(let account, let ledger) = self else { throw wrongState("finish a study") }
        guard ledger.isSettled else { throw .misuse("instances remain that were neither sent nor withdrawn") }
        self = .completing(account, ledger)
        return [.transmit(.studyComplete(study: ledger.study))]
    }

    private mutating func stop(_ code: AbortCode, _ reason: String) throws(ProtocolError) -> [Output] {
        switch self {
        case .opening(let account, _), .awaiting(let account, _), .sending(let account, _), .completing(let account, _):
            self = .stopping(self)
            return [.transmit(.stopStudy(WireMessage.StudyEnd(study: account.studies, code: code, reason: reason)))]
        case .greeting, .offering, .idle, .stopping, .ended: throw wrongState("stop a study")
        }
    }

    private func wrongState(_ what: String) -> ProtocolError {
        .misuse("\(what) while \(name)")
    }
}
