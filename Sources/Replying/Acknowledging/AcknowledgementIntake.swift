import Basics
import Foundation
import Protocol

/// The radiologist's side of acknowledgements: verifies one that has come, and notes who knows of the reply.
package struct AcknowledgementIntake: Sendable {
    /// This side's card, which its replies are signed with.
    private let own: Card
    private let trust: TrustStore
    private let journal: ReplyJournal

    /// - Throws: `ProtocolError` when there is no identity; `JournalError`, `FileError`. Blocks.
    package init(home: Home, trust: TrustStore) throws {
        own = try Identity.load(from: home).card()
        self.trust = trust
        journal = try ReplyJournal(state: home.state)
    }

    package struct Taken: Sendable {
        package let record: ReplyRecord
        /// Whether it is the first of this reply.
        package let isNew: Bool
    }

    /// - Parameters:
    ///   - manifest: armoured, of the study that has come.
    ///   - sender: who has signed it.
    /// - Returns: `nil` when the study carries no acknowledgement.
    /// - Throws: `OperationFailure` `.notTrusted` for an acknowledgement of a reply that was not given to its sender; `ProtocolError`, also
    ///   for one that somebody else has signed, or that is about another manifest.
    package func take(manifest text: String, from sender: Fingerprint, at date: Date = Date()) async throws -> Taken? {
        guard let peer = trust.peer(fingerprint: sender) else {
            throw OperationFailure(.notTrusted, "the card of the acknowledgement's sender, \(sender), is not trusted any more")
        }
        let manifest = try Manifest(text: text, signedBy: peer.card)
        guard let acknowledgement = try Acknowledgement(manifest, signedBy: peer.card) else { return nil }
        guard let record = try await journal.record(acknowledgement.reply), record.isOwn, record.fingerprint == sender else {
            throw OperationFailure(.notTrusted, "\(peer.name) acknowledges a reply that was not given to it")
        }
        guard let reply = record.manifest else {
            throw OperationFailure(.badData, "the manifest of the reply \(record.transfer.prefix(12)) is not here to compare with")
        }
        try acknowledgement.check(acknowledges: Manifest(text: reply, signedBy: own))
        let isNew = try await journal.acknowledge(acknowledgement, at: date)
        return Taken(record: try await journal.record(acknowledgement.reply) ?? record, isNew: isNew)
    }
}
