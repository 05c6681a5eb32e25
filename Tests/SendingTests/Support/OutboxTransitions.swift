import Basics
import Foundation
import GRDB
import Protocol
import Testing

@testable import Sending

extension Outbox {
    /// For looks behind the journal's back.
    var database: DatabasePool {
        get throws { try #require(journal as? SQLiteOutboxJournal).database }
    }
}

/// Transitions of single files, as a transfer makes them.
extension Outbox {
    func sealed(_ transferID: TransferID, _ position: Int, _ file: SealedFile) async throws {
        try await journal.make(.sealed(file), of: transferID, [position])
    }

    func sending(_ transferID: TransferID, _ positions: [Int]) async throws { try await journal.make(.sending, of: transferID, positions) }

    func unsealed(_ transferID: TransferID, _ position: Int) async throws { try await journal.make(.unsealed, of: transferID, [position]) }

    func received(_ transferID: TransferID, _ receipt: InstanceReceipt) async throws {
        try await journal.make(.answered(by: receipt), of: transferID, [receipt.index])
    }

    func withdrawn(_ transferID: TransferID, _ position: Int, reason: String, kind: FailureKind) async throws {
        try await journal.make(.withdrawn(reason: reason, kind: kind), of: transferID, [position])
    }
}

extension ExampleHome {
    /// A transfer in hand whose files, "0" and so on, are in these states, in the journal too.
    ///
    /// - Parameter isForNow: whether failures may pass.
    func transfer(
        _ states: [OutboxInstance.State], codec: CodecChoice = .j2k, isForNow: Bool = true, observer: RecordedEvents = RecordedEvents()
    ) async throws -> Transfer {
        let outbox = try Outbox(home: home)
        let choices = SealingChoices(method: .reversible, codec: codec, effort: .auto)
        let plan = StudyPlan(studyUID: "1.2.3", instances: try states.indices.map { try .example("\($0)") })
        // Of a folder of its own, so that it joins no other transfer of the same home.
        let order = StudyOrder(
            plan: plan, peer: peer, address: nil, priority: .routine, choices: choices, source: "/\(UUID())")
        let study = try await outbox.enqueue(order, signedBy: identity).study
        for (position, state) in states.enumerated() {
            let file = SealedFile.example("stego \(position)")
            if [.sealed, .sending, .failed].contains(state) { try await outbox.sealed(study.transferID, position, file) }
            switch state {
            case .planned, .sealed: break
            case .sending: try await outbox.sending(study.transferID, [position])
            case .acknowledged: try await outbox.received(study.transferID, receipt(study, position))
            case .failed:
                let failure = InstanceFailure(isForNow ? .storageFull : .tampered, "full")
                try await outbox.received(study.transferID, receipt(study, position, .failed(failure)))
            case .withdrawn: try await outbox.withdrawn(study.transferID, position, reason: "gone", kind: .fileAccess)
            }
        }
        let resources = DeliveryResources(
            home: home, identity: identity, trust: try TrustStore(home: home), outbox: outbox, observer: observer)
        return try await resources.transfer(study)
    }
}
