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
