import Protocol
import SecureChannel

/// Who does not trust whom, in words for the person who has to do something about it.
extension ReceiverEndpoint {
    /// The same error with its cause and the next step, and without the TLS library's words; other errors as they are.
    func inWords(_ error: any Error, at address: PeerAddress) -> any Error {
        switch error {
        case let error as ChannelError where error.code == .peerNotTrusted || error.code == .noPeerCertificate:
            ProtocolError(
                .wrongPeer,
                "this side does not trust who answers there: it is not the identity on the card of \(peer.name), \(peer.fingerprint). If the "
                    + "receiver has new keys, get its new card, compare the fingerprint, and run here: veilray-send trust --replaces "
                    + "\(peer.name.word) CARD. If not, the address is somebody else's",
                subject: address.description)
        case let error as ChannelError where error.code == .refusedByPeer:
            ProtocolError(.notTrusted, "\(peer.name) turned this side away: \(error.reason). \(introduction)", subject: address.description)
        case let error as ProtocolError where error.abortCode == .notTrusted:
            ProtocolError(
                error.code, "\(peer.name) does not trust this side. \(introduction)", subject: address.description,
                abortCode: error.abortCode)
        default: error
        }
    }

    /// How this side is let in.
    private var introduction: String {
        "If it does not trust this side yet: run here 'veilray-send card > \(Self.file)', give \(peer.name) the file, and there "
            + "'veilray-receive trust \(Self.file)'; the fingerprint to compare is \(identity.fingerprint)"
    }

    private static let file = "this-side.card"
}
