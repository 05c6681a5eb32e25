import Crypto

/// A sender's session: its states, what it is told, what it answers. No input or output happens here.
///
/// Drawn in `docs/protocol.md`. What a peer may not do in a state is a violation, which ends the session; what the own
/// program may not do is a misuse, which changes nothing.
enum SenderState {
    /// `Hello` is out, `Welcome` is awaited.
    case greeting(SenderHandshake)
    /// The same, and the first flight's study is out too.
    case offering(SenderHandshake, SenderOffer)
    /// Between studies.
    case idle(SenderAccount)
    /// `OpenStudy` is out, `StudyOpened` is awaited.
    case opening(SenderAccount, Manifest)
    /// `OpenStudy` went in the first flight, and the `Welcome` came; `StudyOpened` is awaited. Instances may go out meanwhile.
    case awaiting(SenderAccount, SenderLedger)
    /// Instances go out, receipts come in.
    case sending(SenderAccount, SenderLedger)
    /// `StudyComplete` is out, receipts are awaited, the study's last.
    case completing(SenderAccount, SenderLedger)
    case ended

    /// What the own program wants.
    enum Command {
        /// Opens a study before the `Welcome`.
        case offerStudy(Manifest, SymmetricKey)
        case openStudy(Manifest, SymmetricKey)
        case begin(InstanceHeader)
        case chunk([UInt8])
        case withdraw(index: Int, reason: String)
        case finishStudy
        /// Bytes without meaning, to learn how long they take.
        case probe(byteCount: Int)
        case leave
    }

    /// What is to be done about it.
    enum Output {
        case transmit(WireMessage)
        case agreed(Agreement)
        case studyOpened(StudyStanding)
        case credited(WireMessage.Credit)
        case receipt(InstanceReceipt)
        case studyReceipt(StudyReceipt)
        /// All probes up to this one have arrived.
        case probed(UInt32)
        case peerLeft
    }
}

/// What a sender may send, has sent, and knows to have arrived.
struct SenderFlow: Sendable {
    var limits: SessionLimits
    /// Bytes of chunks that may still be sent.
    var credit: Int
    /// Bytes of chunks sent so far in the session.
    var sent: UInt64 = 0
    /// Bytes of chunks that the receiver has taken, as far as it has said.
    var arrived: UInt64 = 0

    init(_ limits: SessionLimits) {
        self.limits = limits
        credit = limits.creditWindow
    }

    /// The receiver's own limits take the place of the first flight's.
    mutating func adopt(_ limits: SessionLimits) {
        credit += max(limits.creditWindow, self.limits.creditWindow) - self.limits.creditWindow
        self.limits = limits
    }

    mutating func take(_ more: WireMessage.Credit) throws(ProtocolError) {
        guard (arrived...sent).contains(more.arrived) else { throw .violation("it has taken bytes that were not sent") }
        arrived = more.arrived
        credit += more.bytes
        guard credit <= SessionLimits.windowBytes.upperBound else { throw .violation("more credit than there can be") }
    }
}

/// The first flight's study, while the `Welcome` is awaited.
struct SenderOffer: Sendable {
    let manifest: Manifest
    let studyKey: SymmetricKey
    var flow = SenderFlow(.firstFlight)
    var ledger: SenderLedger

    init(_ manifest: Manifest, _ studyKey: SymmetricKey) {
        self.manifest = manifest
        self.studyKey = studyKey
        ledger = SenderLedger(study: 1, manifest: manifest)
    }
}

/// What a sender keeps from study to study.
struct SenderAccount: Sendable {
    let agreement: Agreement
    let sealer: StudyKeyExchange.Sealer
    var flow: SenderFlow
    /// Studies opened so far; also the number of the current one.
    var studies: UInt32 = 0
    /// Probes sent so far, and answered so far.
    var probes: (sent: UInt32, answered: UInt32) = (0, 0)

    init(agreement: Agreement, sealer: StudyKeyExchange.Sealer) {
        self.agreement = agreement
        self.sealer = sealer
        flow = SenderFlow(agreement.limits)
    }

    /// The account of a session whose first study was opened before the receiver's answer.
    init(agreement: Agreement, sealer: StudyKeyExchange.Sealer, offer: SenderOffer) {
        self.init(agreement: agreement, sealer: sealer)
        flow = offer.flow
        flow.adopt(agreement.limits)
        studies = 1
    }
}

extension SenderState {
    /// What may be sent now; `nil` while no study is being sent.
    var flow: SenderFlow? {
        switch self {
        case .offering(_, let offer): offer.flow
        case .awaiting(let account, _), .sending(let account, _): account.flow
        case .greeting, .idle, .opening, .completing, .ended: nil
        }
    }

    /// The instance whose chunks are being sent.
    var inFlight: SenderLedger.InFlight? {
        switch self {
        case .offering(_, let offer): offer.ledger.inFlight
        case .awaiting(_, let ledger), .sending(_, let ledger): ledger.inFlight
        case .greeting, .idle, .opening, .completing, .ended: nil
        }
    }

    /// Nothing is open: leaving now loses nothing.
    var isIdle: Bool {
        if case .idle = self { true } else { false }
    }

    var name: String {
        switch self {
        case .greeting: "greeting"
        case .offering: "offering a study"
        case .idle: "between studies"
        case .opening: "opening a study"
        case .awaiting: "waiting for what is known of a study"
        case .sending: "sending a study"
        case .completing: "completing a study"
        case .ended: "ended"
        }
    }
}
