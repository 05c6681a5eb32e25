extension ReceiverState {
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
        case .hello(let greeting): return try hello(greeting)
        case .openStudy(let open): return try openStudy(open)
        case .studyKey(let key): return try studyKey(key)
        case .instanceHeader(let study, let header): return try instanceHeader(study, header)
        case .chunk(let chunk): return try take(chunk)
        case .withdraw(let study, let index, let reason): return try withdraw(study, index, reason)
        case .studyComplete(let study): return try studyComplete(study)
        case .keepAlive: return []
        case .probe(let number, let byteCount): return try probe(number, byteCount)
        case .goodbye: return try goodbye()
        case .abort(let code, let reason): throw .aborted(code, reason)
        case .welcome, .studyOpened, .credit, .instanceReceipt, .studyReceipt: throw unexpected(message)
        }
    }

    private mutating func hello(_ greeting: SignedGreeting) throws(ProtocolError) -> [Output] {
        guard case .greeting(let handshake) = self else { throw unexpected(.hello(greeting)) }
        let answer = try handshake.answer(greeting)
        self = .idle(ReceiverAccount(identity: handshake.identity, agreement: answer.agreement, opener: answer.opener))
        return [.transmit(.welcome(answer.greeting)), .agreed(answer.agreement)]
    }

    private mutating func openStudy(_ open: WireMessage.OpenStudy) throws(ProtocolError) -> [Output] {
        guard case .idle(var account) = self, open.study == account.studies &+ 1 else { throw unexpected(.openStudy(open)) }
        account.studies = open.study
        account.isEarly = false
        let manifest = try Manifest(open.manifest, signedBy: account.agreement.peer.card)
        guard manifest.entries.count <= account.agreement.limits.instances else {
            throw ProtocolError(
                .limitExceeded,
                "a study of \(manifest.entries.count) instances; at most \(account.agreement.limits.instances) are taken")
        }
        guard let sealedKey = open.sealedKey else {
            // Only before the sender had a key to seal it to, which is before its first study.
            guard open.study == 1 else { throw .violation("a study without its key") }
            account.beginEarly()
            self = .deciding(account, manifest)
            return [.event(.studyOpened(manifest))]
        }
        let studyKey = try account.opener.open(sealedKey, study: open.study, manifest: manifest)
        self = .deciding(account, manifest)
        return [.event(.studyOpened(manifest)), .event(.studyKey(studyKey))]
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
        let isNew = try ledger.begin(header, limits: account.agreement.limits, isEarly: account.isEarly)
        self = .receiving(account, ledger)
        return isNew ? [.event(.instanceBegan(header))] : []
    }

    private mutating func take(_ chunk: WireMessage.Chunk) throws(ProtocolError) -> [Output] {
        guard case .receiving(var account, var ledger) = self, chunk.study == ledger.study else { throw unexpected(.chunk(chunk)) }
        self = .ended
        guard chunk.bytes.count <= account.chunkBytes else { throw .violation("a chunk of \(chunk.bytes.count) bytes") }
        guard chunk.bytes.count <= account.credit else { throw .violation("more bytes than credit was granted for") }
        let effect = try ledger.take(chunk)
        account.arrived += UInt64(chunk.bytes.count)
        // The sender learns at once how fast its bytes arrive; credit is for the program to give.
        var told = WireMessage.Credit(bytes: 0, arrived: account.arrived)
        if case .repeated = effect { told.bytes = chunk.bytes.count } else { account.credit -= chunk.bytes.count }
        self = .receiving(account, ledger)
        let outputs = [
            Output.transmit(.credit(told)), .event(.chunk(index: chunk.index, offset: chunk.offset, bytes: chunk.bytes)),
        ]
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

    /// Answered at once, whatever the state: what it asks for is how long its bytes take.
    private func probe(_ number: UInt32, _ byteCount: Int) throws(ProtocolError) -> [Output] {
        switch self {
        case .greeting, .ended: throw unexpected(.probe(number: number, byteCount: byteCount))
        case .idle, .deciding, .receiving, .settling: return [.transmit(.probe(number: number, byteCount: 0))]
        }
    }

    private mutating func goodbye() throws(ProtocolError) -> [Output] {
        guard case .idle = self else { throw unexpected(.goodbye) }
        self = .ended
        return [.peerLeft]
    }

    private func unexpected(_ message: WireMessage) -> ProtocolError {
        .violation("\(message.name) while \(name)")
    }
}
