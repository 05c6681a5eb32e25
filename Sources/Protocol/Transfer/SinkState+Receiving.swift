extension SinkState {
    /// Takes a message of the source. Any error has ended the session.
    mutating func receive(_ message: WireMessage) throws(ProtocolError) -> [Output] {
        if case .refusing(let account) = self { return try passOver(message, account) }
        switch message {
        case .openStudy(let open): return try openStudy(open)
        case .studyKey(let key): return try studyKey(key)
        case .instanceHeader(let study, let header): return try instanceHeader(study, header)
        case .chunk(let chunk): return try take(chunk)
        case .withdraw(let study, let index, let reason): return try withdraw(study, index, reason)
        case .studyComplete(let study): return try studyComplete(study)
        case .stopStudy(let end): return try stopStudy(end)
        default: throw unexpected(message)
        }
    }

    private mutating func openStudy(_ open: WireMessage.OpenStudy) throws(ProtocolError) -> [Output] {
        guard case .idle(var account) = self, open.study == account.studies &+ 1 else { throw unexpected(.openStudy(open)) }
        account.studies = open.study
        account.isEarly = false
        let manifest = try Manifest(open.manifest, signedBy: account.peer.card)
        guard manifest.entries.count <= account.limits.instances else {
            throw ProtocolError(
                .limitExceeded, "a study of \(manifest.entries.count) instances; at most \(account.limits.instances) are taken")
        }
        var key: [Output] = []
        if let sealedKey = open.sealedKey {
            key = [.event(.studyKey(try account.opener.open(sealedKey, study: open.study, manifest: manifest)))]
        } else {
            // Only before the source had a key to seal it to, which is before its first study.
            guard open.study == 1 else { throw .violation("a study without its key") }
            account.beginEarly()
        }
        if let unknown = manifest.criticalAttributes(besides: account.understood).first {
            let reason = "the manifest's attribute '\(unknown)' is critical, and this release does not know it; upgrade the receiver"
            self = .refusing(account)
            let end = WireMessage.StudyEnd(study: open.study, code: .notUnderstood, reason: reason)
            return [.transmit(.refuseStudy(end)), .event(.studyRefused(manifest, .notUnderstood, reason: reason))]
        }
        self = .deciding(account, manifest)
        return [.event(.studyOpened(manifest))] + key
    }

    /// The key of the study that was opened in the first flight.
    private mutating func studyKey(_ key: WireMessage.StudyKey) throws(ProtocolError) -> [Output] {
        guard case .receiving(var account, let ledger) = self, account.awaitsKey, key.study == ledger.study else {
            throw unexpected(.studyKey(key))
        }
        account.awaitsKey = false
        let studyKey = try account.opener.open(key.sealedKey, study: key.study, manifest: ledger.manifest)
        self = .receiving(account, ledger)
        return [.event(.studyKey(studyKey))]
    }

    private mutating func instanceHeader(_ study: UInt32, _ header: InstanceHeader) throws(ProtocolError) -> [Output] {
        guard case .receiving(let account, var ledger) = self, study == ledger.study else {
            throw unexpected(.instanceHeader(study: study, header))
        }
        self = .ended  // so that `ledger` is the only reference and changes in place; every throw ends the session anyway
        let isNew = try ledger.begin(header, limits: account.limits, isEarly: account.isEarly)
        self = .receiving(account, ledger)
        return isNew ? [.event(.instanceBegan(header))] : []
    }

    private mutating func take(_ chunk: WireMessage.Chunk) throws(ProtocolError) -> [Output] {
        guard case .receiving(var account, var ledger) = self, chunk.study == ledger.study else { throw unexpected(.chunk(chunk)) }
        self = .ended
        // A head is enciphered under the key.
        if chunk.head != nil, account.awaitsKey { throw .violation("a short head before its study's key") }
        try account.arrive(chunk.cost)
        let effect = try ledger.take(chunk)
        // The source learns at once how fast its bytes arrive; credit is for the program to give.
        var told = WireMessage.Credit(bytes: 0, arrived: account.arrived)
        if case .repeated = effect { told.bytes = chunk.cost } else { account.credit -= chunk.cost }
        self = .receiving(account, ledger)
        let event: SinkEvent =
            chunk.head == nil
            ? .chunk(index: chunk.index, offset: chunk.offset, bytes: chunk.bytes)
            : .head(index: chunk.index, bytes: chunk.bytes, travelled: chunk.cost)
        let outputs = [Output.transmit(.credit(told)), .event(event)]
        switch effect {
        case .repeated: return [outputs[0]]
        case .more: return outputs
        case .arrived: return outputs + [.event(.instanceArrived(index: chunk.index))]
        case .damaged: return outputs + [.event(.instanceDamaged(index: chunk.index))]
        }
    }

    private mutating func withdraw(_ study: UInt32, _ index: Int, _ reason: String) throws(ProtocolError) -> [Output] {
        guard case .receiving(let account, var ledger) = self, study == ledger.study else {
            throw unexpected(.withdraw(study: study, index: index, reason: reason))
        }
        self = .ended
        let isMissing = try ledger.withdraw(index)
        self = .receiving(account, ledger)
        return isMissing ? [.event(.instanceWithdrawn(index: index, reason: reason))] : []
    }

    private mutating func studyComplete(_ study: UInt32) throws(ProtocolError) -> [Output] {
        guard case .receiving(let account, let ledger) = self, study == ledger.study else {
            throw unexpected(.studyComplete(study: study))
        }
        guard ledger.isSettled, !account.awaitsKey else {
            throw .violation("the study is said to be sent, but instances or its key are missing")
        }
        self = .settling(account, ledger)
        return [.event(.studySent)]
    }

    private mutating func stopStudy(_ end: WireMessage.StudyEnd) throws(ProtocolError) -> [Output] {
        switch self {
        case .deciding(var account, _), .receiving(var account, _), .settling(var account, _):
            guard end.study == account.studies else { throw unexpected(.stopStudy(end)) }
            account.stopped = end.study
            self = .idle(account)
            return [.transmit(.refuseStudy(end.answered)), .event(.studyStopped(end.code, reason: end.reason))]
        case .idle(var account):
            // It has crossed the study's receipt.
            guard end.study == account.studies, account.stopped < end.study else { throw unexpected(.stopStudy(end)) }
            account.stopped = end.study
            self = .idle(account)
            return [.transmit(.refuseStudy(end.answered))]
        case .refusing, .ended:
            throw unexpected(.stopStudy(end))
        }
    }

    /// The study was refused, and the source may not have known: nothing of it is taken any more, and its bytes take no credit with them.
    private mutating func passOver(_ message: WireMessage, _ account: SinkAccount) throws(ProtocolError) -> [Output] {
        var account = account
        switch message {
        case .studyKey(let key) where key.study == account.studies && account.awaitsKey: account.awaitsKey = false
        case .instanceHeader(account.studies, _), .withdraw(account.studies, _, _), .studyComplete(account.studies): break
        case .chunk(let chunk) where chunk.study == account.studies:
            try account.arrive(chunk.cost)
            self = .refusing(account)
            return [.transmit(.credit(WireMessage.Credit(bytes: chunk.cost, arrived: account.arrived)))]
        case .stopStudy(let end) where end.study == account.studies:
            account.stopped = end.study
            account.awaitsKey = false
            self = .idle(account)
            return []
        default: throw unexpected(message)
        }
        self = .refusing(account)
        return []
    }

    private func unexpected(_ message: WireMessage) -> ProtocolError {
        .violation("\(message.name) while \(name)")
    }
}
