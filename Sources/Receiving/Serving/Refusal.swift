import Basics
import Protocol
import SecureChannel
import Synchronization

/// The reason that a connection was turned away, for the person who may have to let it in.
struct Refusal: Sendable {
    /// For people: what happened and what to do.
    let reason: String
    /// The claim of a sender without a trusted card; nothing of it is proven.
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

/// Bounds the lines that refused connections cause: anybody can connect, thousands of times a minute.
///
/// Each is counted all the same (`veilray_inbox_refused_connections_total`).
final class RefusalLog: Sendable {
    /// Lines at once, after a quiet time; then one a second.
    static let burst = 10.0
    private static let linesPerSecond = 1.0

    private struct State {
        var allowance = RefusalLog.burst
        var lastLook: ContinuousClock.Instant?
        var untold = 0
    }

    private let state = Mutex(State())

    /// The reason to be told now, with the number of those that were not told since; `nil` when this one is not told either.
    func line(_ reason: String, at now: ContinuousClock.Instant = .now) -> String? {
        state.withLock { state in
            if let last = state.lastLook {
                state.allowance = min(Self.burst, state.allowance + max(0, (now - last) / .seconds(1)) * Self.linesPerSecond)
            }
            state.lastLook = now
            guard state.allowance >= 1 else {
                state.untold += 1
                return nil
            }
            state.allowance -= 1
            defer { state.untold = 0 }
            return state.untold == 0 ? reason : "\(reason) (\(state.untold) more were refused since the last line)"
        }
    }
}
