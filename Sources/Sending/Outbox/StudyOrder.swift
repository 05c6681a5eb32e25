import Basics
import Crypto
import Foundation
import Protocol
import StegoKit

/// A study that is to be delivered, before the outbox has it.
package struct StudyOrder: Sendable {
    package let plan: StudyPlan
    package let peer: TrustedPeer
    /// Where the receiver listens, when it is not where its card says.
    package let address: PeerAddress?
    package let priority: Priority
    package let choices: SealingChoices
    /// The folder that a watcher took the files from.
    package var source: String?
    /// What the clinic asks beside what the study's header says.
    package let details: OrderDetails
    /// What else the manifest is to say of the study, such as that it is a reply.
    package let attributes: [ManifestAttribute]
    /// The number that the transfer gets, unless the study joins another one.
    package let transferID: TransferID

    package init(
        plan: StudyPlan, peer: TrustedPeer, address: PeerAddress?, priority: Priority, choices: SealingChoices, source: String? = nil,
        details: OrderDetails = OrderDetails(), attributes: [ManifestAttribute] = [], transferID: TransferID = TransferID()
    ) {
        self.plan = plan
        self.peer = peer
        self.address = address
        self.priority = priority
        self.choices = choices
        self.source = source
        self.details = details
        self.attributes = attributes
        self.transferID = transferID
    }

    /// SHA-256 over each file's name and digest, and over what the clinic adds: what makes two orders the same study.
    var contentDigest: ContentDigest {
        var hash = SHA256()
        for entry in plan.instances.map(\.entry).sorted(by: { $0.path < $1.path }) {
            hash.update(data: Data(entry.path.utf8) + [0])
            hash.update(data: entry.digest.bytes)
        }
        if let bytes = details.identifyingBytes { hash.update(data: bytes) }
        return ContentDigest(hash.finalize())
    }

    /// The outbox's rows, with a new key and a new signed manifest.
    package func rows(content: ContentDigest, signedBy identity: Identity) throws -> (OutboxStudy, [OutboxInstance]) {
        let key = StudyKey()
        var choices = choices
        if !plan.annotationFiles.isEmpty {
            choices.region = choices.region ?? RegionChoices()
            choices.region?.annotationFiles = plan.annotationFiles
        }
        let studyUID = try StudyUID(key.derivedUID(for: plan.studyUID))
        let order = details.order(priority, plan.headerOrder, at: Date())
        let sealed = try key.withUnsafeBytes { try order.sealed(for: transferID, key: SymmetricKey(data: $0)) }
        let manifest = try Manifest(
            transferID: transferID, studyUID: studyUID, entries: plan.instances.map(\.entry),
            attributes: ManifestAttributes(attributes + [sealed].compactMap(\.self)), signedBy: identity)
        let study = OutboxStudy(
            transferID: transferID, contentDigest: content, peer: peer.fingerprint, peerName: peer.name, address: address,
            priority: priority, state: .queued, studyUID: studyUID, originalStudyUID: plan.studyUID, choices: choices,
            fileCount: plan.instances.count, manifest: try manifest.text(), studyKey: key.withUnsafeBytes { Data($0) }, source: source,
            isFiled: false, attempts: 0, created: Date(), subject: plan.subject, due: order.due)
        return (study, plan.instances.enumerated().map { OutboxInstance(transferID: transferID, position: $0, $1) })
    }
}
