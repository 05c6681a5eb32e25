import Basics
import Files
import Foundation
import Protocol

/// Lets in replies of a receiver to transfers that this side has sent to it, and nothing else.
///
/// A study's replies belong into `<StudyInstanceUID>/v<version>-<status>`, by the UID that this side knows, whatever the reply's files say.
package struct ReplyGate: StudyGate {
    /// Replies to one study at most, whoever gives them.
    static let limit = 1_000

    private let transfers: SentTransfers

    package init(_ resources: DeliveryResources) {
        transfers = SentTransfers(resources)
    }

    package func place(for manifest: Manifest, from peer: TrustedPeer) async throws -> StudyPlace {
        let reply: Reply
        do {
            guard let given = try Reply(manifest) else {
                throw StudyRefusal(.refused, "only replies are taken here, and this study answers nothing")
            }
            reply = given
        } catch let error as ProtocolError {
            throw StudyRefusal(.refused, error.reason)
        }
        // The same words for a transfer to somebody else: who was sent what is none of this peer's business.
        guard let sent = try await transfers.sent(reply.transfer), sent.peer == peer.fingerprint else {
            throw StudyRefusal(.refused, "it answers the transfer \(reply.transfer), which was not sent to you from here")
        }
        guard sent.manifest == nil || sent.manifest == reply.manifestDigest else {
            throw StudyRefusal(.refused, "it answers the transfer \(reply.transfer) with other files than were sent")
        }
        return StudyPlace(folder: sent.studyUID, name: "v\(reply.report.version)-\(reply.report.status.rawValue)", limit: Self.limit)
    }
}

/// The transfers that this side has sent, and their receivers: a receiver may answer a transfer that was addressed to it, and no other.
///
/// The outbox knows transfers until three months after their end, and of each for good whose study it was and who got it. The archive of
/// receipts has the manifests of those that were receipted.
struct SentTransfers: Sendable {
    struct Sent: Sendable, Equatable {
        let peer: Fingerprint
        /// The clinic's StudyInstanceUID; that of the stego files where only the archive knows the transfer, as after a lost journal.
        let studyUID: String
        /// SHA-256 of the signed manifest; `nil` where this side does not have it any more.
        let manifest: ContentDigest?
    }

    private let outbox: Outbox
    private let archive: ReceiptArchive
    private let identity: Identity
    private let trust: TrustStore

    init(_ resources: DeliveryResources) {
        outbox = resources.outbox
        archive = ReceiptArchive(home: resources.home)
        identity = resources.identity
        trust = resources.trust
    }

    /// - Returns: `nil` for a transfer that is not this side's.
    func sent(_ transferID: TransferID) async throws -> Sent? {
        let card = try identity.card()
        let study = try await outbox.study(transferID)
        if let study, let text = study.manifest {
            let manifest = try Manifest(text: text, signedBy: card)
            return Sent(peer: study.peer, studyUID: study.originalStudyUID, manifest: manifest.digest)
        }
        let archived = try await outbox.pool.run { [archive, trust] in try Self.archived(archive.path(transferID), card, trust) }
        if let study {
            return Sent(peer: study.peer, studyUID: study.originalStudyUID, manifest: archived?.manifest.digest)
        }
        if let study = try await outbox.journal.forgottenStudy(transferID) {
            return Sent(peer: study.peer, studyUID: study.originalStudyUID, manifest: archived?.manifest.digest)
        }
        return archived.map { Sent(peer: $0.peer.fingerprint, studyUID: $0.manifest.studyUID.text, manifest: $0.manifest.digest) }
    }

    private static func archived(_ path: String, _ card: Card, _ trust: TrustStore) throws -> ArchivedTransfer? {
        guard access(path, F_OK) == 0 else { return nil }
        return try? ArchivedTransfer(text: String(decoding: WholeFile.read(path), as: UTF8.self), own: card, trust: trust)
    }
}
