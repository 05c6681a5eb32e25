import Crypto

/// One direction of a session, at the end that opens studies: its states, what it is told, what it answers. No input or output happens
/// here, and nothing is known of who dialled or of the other direction.
///
/// Drawn in `docs/protocol/states.md`. What the sink may not do in a state is a violation, which ends the session; what the own
/// program may not do is a misuse, which changes nothing.
enum SourceState: Sendable {
    /// The greeting is under way, and nothing was offered.
    case greeting
    /// The same, and the first flight's study is out.
    case offering(SourceOffer)
    /// Between studies.
    case idle(SourceAccount)
    /// `OpenStudy` is out, `StudyOpened` is awaited.
    case opening(SourceAccount, Manifest)
    /// `OpenStudy` went in the first flight, and the greeting is done; `StudyOpened` is awaited. Instances may go out meanwhile.
    case awaiting(SourceAccount, SourceLedger)
    /// Instances go out, receipts come in.
    case sending(SourceAccount, SourceLedger)
    /// `StudyComplete` is out, receipts are awaited, the study's last.
    case completing(SourceAccount, SourceLedger)
    /// `StopStudy` is out, the sink's `RefuseStudy` is awaited. What the sink said before is taken as in the state inside.
    indirect case stopping(SourceState)
    /// The session is over, or has no such direction.
    case ended

    /// A request of the own program.
    enum Command {
        /// Opens a study while the greeting is under way.
        case offer(Manifest, SymmetricKey)
        case open(Manifest, SymmetricKey)
        case begin(InstanceHeader)
        case chunk([UInt8])
        /// The beginning of the instance in flight, short. Only once the sink has the study's key.
        case head(OutgoingHead)
        case withdraw(index: Int, reason: String)
        case finish
        /// Ends the open study before its time. The sink keeps what it has of it, for another session.
        case stop(AbortCode, reason: String)
    }

    /// An action that a step calls for.
    enum Output: Sendable {
        case transmit(WireMessage)
        case opened(StudyStanding)
        case credited(WireMessage.Credit)
        case receipt(InstanceReceipt)
        case completed(StudyReceipt)
        /// The sink has ended the study before its time.
        case refused(AbortCode, reason: String)
        /// The sink knows that this side has ended the study.
        case stopped
    }
}

/// The bytes that a source may send, has sent, and knows to have arrived.
struct SourceFlow: Sendable {
    var limits: SessionLimits
    /// Bytes of chunks that may still be sent.
    var credit: Int
    /// Bytes of chunks sent so far in the session.
    var sent: UInt64 = 0
    /// Bytes of chunks that the sink has taken, as far as it has said.
    var arrived: UInt64 = 0

    init(_ limits: SessionLimits) {
        self.limits = limits
        credit = limits.creditWindow
    }

    /// The sink's own limits take the place of the first flight's.
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

/// The first flight's study, while the greeting is under way.
struct SourceOffer: Sendable {
    let manifest: Manifest
    let studyKey: SymmetricKey
    var flow = SourceFlow(.firstFlight)
    var ledger: SourceLedger

    init(_ manifest: Manifest, _ studyKey: SymmetricKey) {
        self.manifest = manifest
        self.studyKey = studyKey
        ledger = SourceLedger(study: 1, manifest: manifest)
    }
}

/// The state that a source keeps from study to study.
struct SourceAccount: Sendable {
    let peer: TrustedPeer
    let limits: SessionLimits
    let sealer: StudyKeyExchange.Sealer
    var flow: SourceFlow
    /// Studies opened so far in this direction; also the number of the current one.
    var studies: UInt32 = 0

    /// - Throws: ``ProtocolError/Code/noCommonCapability`` when the peer takes no studies from this side.
    init(_ greeted: Greeted) throws(ProtocolError) {
        peer = greeted.agreement.peer
        guard let terms = greeted.agreement.outgoing, let sealer = greeted.sealer else {
            throw ProtocolError(.noCommonCapability, "the peer takes no studies from this side", subject: peer.name.text)
        }
        limits = terms.limits
        self.sealer = sealer
        flow = SourceFlow(limits)
    }

    /// The account of a session whose first study was opened before the peer's answer.
    init(_ greeted: Greeted, offer: SourceOffer) throws(ProtocolError) {
        try self.init(greeted)
        flow = offer.flow
        flow.adopt(limits)
        studies = 1
    }
}

extension SourceState {
    /// The bytes that may be sent now; `nil` while no study is being sent.
    var flow: SourceFlow? {
        switch self {
        case .offering(let offer): offer.flow
        case .awaiting(let account, _), .sending(let account, _): account.flow
        case .greeting, .idle, .opening, .completing, .stopping, .ended: nil
        }
    }

    /// The instance whose chunks are being sent.
    var inFlight: SourceLedger.InFlight? {
        switch self {
        case .offering(let offer): offer.ledger.inFlight
        case .awaiting(_, let ledger), .sending(_, let ledger): ledger.inFlight
        case .greeting, .idle, .opening, .completing, .stopping, .ended: nil
        }
    }

    /// Whether a short head may be sent now: the sink has the study's key, and takes chunks of this size.
    func mayShorten(_ head: OutgoingHead) -> Bool {
        guard case .sending(let account, _) = self else { return false }
        return head.bytes.count <= account.flow.limits.chunkBytes
    }

    /// No study is open: leaving now loses nothing.
    var isIdle: Bool {
        switch self {
        case .idle, .ended: true
        case .greeting, .offering, .opening, .awaiting, .sending, .completing, .stopping: false
        }
    }

    /// Whether the sink cannot have begun with the open study as far as this side knows, if there is one.
    var isUnheard: Bool {
        switch self {
        case .idle, .opening, .awaiting, .ended: true
        case .stopping(let state): state.isUnheard
        case .greeting, .offering, .sending, .completing: false
        }
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
        case .stopping: "stopping a study"
        case .ended: "ended"
        }
    }
}
