import Foundation

extension SinkState {
    /// Does what the own program wants. An error has changed nothing.
    mutating func perform(_ command: Command) throws(ProtocolError) -> [Output] {
        switch command {
        case .admit(let admission): try admit(admission)
        case .grant(let bytes): try grant(bytes)
        case .acknowledge(let index, let outcome, let date): try acknowledge(index, outcome, date)
        case .complete(let date): try complete(date)
        case .refuse(let code, let reason): try refuse(code, reason)
        }
    }

    private mutating func admit(_ admission: StudyAdmission) throws(ProtocolError) -> [Output] {
        guard case .deciding(let account, let manifest) = self else { throw wrongState("admit a study") }
        let ledger = try SinkLedger(study: account.studies, manifest: manifest, admission: admission)
        self = .receiving(account, ledger)
        return [.transmit(.studyOpened(study: account.studies, admission.standing))]
    }

    private mutating func grant(_ bytes: Int) throws(ProtocolError) -> [Output] {
        func grown(_ account: SinkAccount) throws(ProtocolError) -> SinkAccount {
            let most = SessionLimits.windowBytes.upperBound
            guard (1...most).contains(bytes), account.credit <= most - bytes else { throw .misuse("a credit of \(bytes) bytes") }
            var account = account
            account.credit += bytes
            return account
        }
        switch self {
        case .ended: throw wrongState("grant credit")
        case .idle(let account): self = .idle(try grown(account))
        case .deciding(let account, let manifest): self = .deciding(try grown(account), manifest)
        case .receiving(let account, let ledger): self = .receiving(try grown(account), ledger)
        case .settling(let account, let ledger): self = .settling(try grown(account), ledger)
        case .refusing(let account): self = .refusing(try grown(account))
        }
        return [.transmit(.credit(WireMessage.Credit(bytes: bytes, arrived: arrived)))]
    }

    /// Bytes of chunks taken so far.
    private var arrived: UInt64 {
        switch self {
        case .ended: 0
        case .idle(let account), .deciding(let account, _), .receiving(let account, _), .settling(let account, _), .refusing(let account):
            account.arrived
        }
    }

    private mutating func acknowledge(_ index: Int, _ outcome: InstanceOutcome, _ date: Date) throws(ProtocolError) -> [Output] {
        let receipt: InstanceReceipt
        switch self {
        case .receiving(let account, var ledger):
            receipt = try Self.receipt(ledger, index, outcome, account, date)
            self = .ended  // so that `ledger` is the only reference and changes in place
            ledger.acknowledge(receipt)
            self = .receiving(account, ledger)
        case .settling(let account, var ledger):
            receipt = try Self.receipt(ledger, index, outcome, account, date)
            self = .ended
            ledger.acknowledge(receipt)
            self = .settling(account, ledger)
        case .idle, .deciding, .refusing, .ended:
            throw wrongState("acknowledge an instance")
        }
        return [.transmit(.instanceReceipt(receipt.statement)), .acknowledged(receipt)]
    }

    private static func receipt(
        _ ledger: SinkLedger, _ index: Int, _ outcome: InstanceOutcome, _ account: SinkAccount, _ date: Date
    ) throws(ProtocolError) -> InstanceReceipt {
        try ledger.checkAcknowledgement(index, outcome)
        let receipt = try InstanceReceipt(of: ledger.manifest, index: index, outcome: outcome, signedBy: account.identity, date: date)
        try receipt.check(against: ledger.manifest)
        return receipt
    }

    private mutating func complete(_ date: Date) throws(ProtocolError) -> [Output] {
        guard case .settling(let account, let ledger) = self else { throw wrongState("complete a study") }
        guard ledger.isAcknowledged else { throw .misuse("instances remain that are not acknowledged") }
        let receipt = try StudyReceipt(of: ledger.manifest, tally: ledger.tally, signedBy: account.identity, date: date)
        self = .idle(account)
        return [.transmit(.studyReceipt(receipt.statement)), .completed(receipt)]
    }

    private mutating func refuse(_ code: AbortCode, _ reason: String) throws(ProtocolError) -> [Output] {
        switch self {
        case .deciding(let account, _), .receiving(let account, _), .settling(let account, _):
            self = .refusing(account)
            return [.transmit(.refuseStudy(WireMessage.StudyEnd(study: account.studies, code: code, reason: reason)))]
        case .idle, .refusing, .ended: throw wrongState("refuse a study")
        }
    }

    private func wrongState(_ what: String) -> ProtocolError {
        .misuse("\(what) while \(name)")
    }
}
