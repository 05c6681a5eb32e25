import Crypto

/// A sender's session: its states, what it is told, what it answers. No input or output happens here.
///
/// Drawn in `docs/protocol.md`. What a peer may not do in a state is a violation, which ends the session; what the own
/// program may not do is a misuse, which changes nothing.
enum SenderState {
    /// `Hello` is out, `Welcome` is awaited.
    case greeting(SenderHandshake)
    /// Between studies.
    case idle(SenderAccount)
    /// `OpenStudy` is out, `StudyOpened` is awaited.
    case opening(SenderAccount, Manifest)
    /// Instances go out, receipts come in.
    case sending(SenderAccount, SenderLedger)
    /// `StudyComplete` is out, receipts are awaited, the study's last.
    case completing(SenderAccount, SenderLedger)
    case ended

    /// What the own program wants.
    enum Command {
        case openStudy(Manifest, SymmetricKey)
        case begin(InstanceHeader)
        case chunk([UInt8])
        case withdraw(index: Int, reason: String)
        case finishStudy
        case leave
    }

    /// What is to be done about it.
    enum Output {
        case transmit(WireMessage)
        case agreed(Agreement)
        case studyOpened(StudyStanding)
        case creditGrown
        case receipt(InstanceReceipt)
        case studyReceipt(StudyReceipt)
        case peerLeft
    }
}

/// What a sender keeps from study to study.
struct SenderAccount: Sendable {
    let agreement: Agreement
    let sealer: StudyKeyExchange.Sealer
    /// Bytes of chunks that may still be sent.
    var credit: Int
    /// Studies opened so far; also the number of the current one.
    var studies: UInt32 = 0

    init(agreement: Agreement, sealer: StudyKeyExchange.Sealer) {
        self.agreement = agreement
        self.sealer = sealer
        credit = agreement.limits.creditWindow
    }
}

extension SenderState {
    /// Bytes of chunks that may be sent now; `nil` while no study is being sent.
    var credit: Int? {
        if case .sending(let account, _) = self { account.credit } else { nil }
    }

    /// Nothing is open: leaving now loses nothing.
    var isIdle: Bool {
        if case .idle = self { true } else { false }
    }

    var name: String {
        switch self {
        case .greeting: "greeting"
        case .idle: "between studies"
        case .opening: "opening a study"
        case .sending: "sending a study"
        case .completing: "completing a study"
        case .ended: "ended"
        }
    }
}
