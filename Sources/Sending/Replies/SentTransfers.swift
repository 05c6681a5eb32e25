import Basics
import Files
import Foundation
import Protocol

/// What this side has sent, and to whom: a receiver may answer a transfer that was addressed to it, and no other.
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
