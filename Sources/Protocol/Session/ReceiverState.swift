import Crypto
import Foundation

/// A receiver's session: its states, what it is told, what it answers. No input or output happens here.
///
/// Drawn in `docs/protocol.md`. What a peer may not do in a state is a violation, which ends the session; what the own
/// program may not do is a misuse, which changes nothing.
enum ReceiverState {
    /// The peer's certificate is trusted, its `Hello` is awaited.
    case greeting(ReceiverHandshake)
    /// Between studies.
    case idle(ReceiverAccount)
    /// `OpenStudy` came, the own program has to say what is already there.
    case deciding(ReceiverAccount, Manifest)
    /// Instances come in, receipts go out. The key of a study that was opened in the first flight may still be on its way.
    case receiving(ReceiverAccount, ReceiverLedger)
    /// `StudyComplete` came, the last receipts and the study's go out.
    case settling(ReceiverAccount, ReceiverLedger)
    case ended

    /// What the own program wants.
    enum Command {
        case admit(StudyAdmission)
        case grant(Int)
        case acknowledge(index: Int, InstanceOutcome, Date)
        case completeStudy(Date)
        case leave
    }

    /// What is to be done about it.
    enum Output {
        case transmit(WireMessage)
        case agreed(Agreement)
        case event(ReceiverEvent)
        case acknowledged(InstanceReceipt)
        case completed(StudyReceipt)
        case peerLeft
    }
}

/// What a receiver keeps from study to study.
struct ReceiverAccount: Sendable {
    let identity: Identity
    let agreement: Agreement
    let opener: StudyKeyExchange.Opener
    /// Bytes of chunks that the sender may still send.
    var credit: Int
    /// Bytes of chunks taken so far.
    var arrived: UInt64 = 0
    /// Studies opened so far; also the number of the current one.
    var studies: UInt32 = 0
    /// The open study began in the first flight, before the sender knew this side's limits.
    var isEarly = false
    /// The open study's `StudyKey` has not come yet.
    var awaitsKey = false

    init(identity: Identity, agreement: Agreement, opener: StudyKeyExchange.Opener) {
        self.identity = identity
        self.agreement = agreement
        self.opener = opener
        credit = agreement.limits.creditWindow
    }

    /// Bytes of one chunk that the open study may have.
    var chunkBytes: Int { isEarly ? max(agreement.limits.chunkBytes, FirstFlight.chunkBytes) : agreement.limits.chunkBytes }

    /// Begins a study of the first flight: what may have been sent before the `Welcome` is granted at least.
    mutating func beginEarly() {
        isEarly = true
        awaitsKey = true
        credit = max(credit, FirstFlight.creditBytes)
    }
}

extension ReceiverState {
    var isIdle: Bool {
        if case .idle = self { true } else { false }
    }

    var name: String {
        switch self {
        case .greeting: "greeting"
        case .idle: "between studies"
        case .deciding: "deciding on a study"
        case .receiving: "receiving a study"
        case .settling: "completing a study"
        case .ended: "ended"
        }
    }
}
