import Protocol
import SecureChannel

/// Why a connection was turned away, for the person who may have to let it in.
struct Refusal: Sendable {
    /// For people: what happened and what to do.
    let reason: String
    /// What a sender without a trusted card says of itself; nothing of it is proven.
    var claim: CertificateClaim?

    init(_ reason: String) {
        self.reason = reason
    }

    /// A peer that did not become a connection.
    init(_ error: ChannelError) {
        guard error.code == .peerNotTrusted else {
            reason = error.reason
            return
        }
        claim = error.refusedCertificateDER.flatMap(CertificateClaim.init(certificateDER:))
        guard let claim else {
            reason =
                "no trusted card holds its certificate, and the certificate names no Veilray identity. If it is a sender of yours, "
                + "get its card and trust that: veilray-receive trust CARD"
            return
        }
        reason =
            "no card of it is trusted. It claims to be \"\(claim.name)\", fingerprint \(claim.fingerprint). If that is a sender of yours, get "
            + "its card, have its owner read the fingerprint out over the telephone, and when it is this one: "
            + "veilray-receive trust CARD --fingerprint \(claim.fingerprint)"
    }
}
