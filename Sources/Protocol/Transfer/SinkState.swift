import Basics
import Crypto
import Foundation

/// One direction of a session, at the end that takes studies: its states, what it is told, what it answers. No input or output happens
/// here, and nothing is known of who dialled or of the other direction.
///
/// Drawn in `docs/protocol/states.md`. What the source may not do in a state is a violation, which ends the session; what the own
/// program may not do is a misuse, which changes nothing.
enum SinkState: Sendable {
    /// Between studies.
    case idle(SinkAccount)
    /// `OpenStudy` came, the own program has to say what is already there.
    case deciding(SinkAccount, Manifest)
    /// Instances come in, receipts go out. The key of a study that was opened in the first flight may still be on its way.
    case receiving(SinkAccount, SinkLedger)
    /// `StudyComplete` came, the last receipts and the study's go out.
    case settling(SinkAccount, SinkLedger)
    /// `RefuseStudy` is out, the source's `StopStudy` is awaited. What the source said before is passed over.
    case refusing(SinkAccount)
    /// The session is over, or has no such direction.
    case ended

    /// A request of the own program.
    enum Command {
        case admit(StudyAdmission)
        case grant(Int)
        case acknowledge(index: Int, InstanceOutcome, Date)
        case complete(Date)
        /// Ends the open study before its time. The source may bring it again in another session.
        case refuse(AbortCode, reason: String)
    }

    /// An action that a step calls for.
    enum Output: Sendable {
        case transmit(WireMessage)
        case event(SinkEvent)
        case acknowledged(InstanceReceipt)
        case completed(StudyReceipt)
    }
}

/// The state that a sink keeps from study to study.
struct SinkAccount: Sendable {
    let identity: Identity
    let peer: TrustedPeer
    let limits: SessionLimits
    let opener: StudyKeyExchange.Opener
    /// Names of the manifest's critical attributes that the own program understands.
    let understood: Set<AttributeName>
    /// Bytes of chunks that the source may still send.
    var credit: Int
    /// Bytes of chunks taken so far.
    var arrived: UInt64 = 0
    /// Studies opened so far in this direction; also the number of the current one.
    var studies: UInt32 = 0
    /// The open study began in the first flight, before the source knew this side's limits.
    var isEarly = false
    /// The open study's `StudyKey` has not come yet.
    var awaitsKey = false
    /// The last study of which a `StopStudy` came.
    var stopped: UInt32 = 0

    /// `nil` when the peer opens no studies here.
    init?(identity: Identity, _ greeted: Greeted, understood: Set<AttributeName>) {
        guard let terms = greeted.agreement.incoming, let opener = greeted.opener else { return nil }
        self.identity = identity
        peer = greeted.agreement.peer
        limits = terms.limits
        self.opener = opener
        self.understood = understood
        credit = limits.creditWindow
    }

    /// Bytes of one chunk that the open study may have.
    var chunkBytes: Int { isEarly ? max(limits.chunkBytes, FirstFlight.chunkBytes) : limits.chunkBytes }

    /// Begins a study of the first flight: what may have been sent before the `Welcome` is granted at least.
    mutating func beginEarly() {
        isEarly = true
        awaitsKey = true
        credit = max(credit, FirstFlight.creditBytes)
    }

    /// Checks a chunk's size against what is allowed and takes note of its arrival.
    mutating func arrive(_ byteCount: Int) throws(ProtocolError) {
        guard byteCount <= chunkBytes else { throw .violation("a chunk of \(byteCount) bytes") }
        guard byteCount <= credit else { throw .violation("more bytes than credit was granted for") }
        arrived += UInt64(byteCount)
    }
}

extension SinkState {
    init(_ account: SinkAccount?) {
        self = account.map(SinkState.idle) ?? .ended
    }

    /// No study is open: leaving now loses nothing.
    var isIdle: Bool {
        switch self {
        case .idle, .ended: true
        case .deciding, .receiving, .settling, .refusing: false
        }
    }

    /// The own program has to admit or refuse a study before more is taken: what follows is about its instances.
    var isDeciding: Bool {
        if case .deciding = self { true } else { false }
    }

    /// The announced digest of the instance of which a short head would be the beginning now.
    func digestOfBeginning(_ chunk: WireMessage.Chunk) -> ContentDigest? {
        guard case .receiving(let account, let ledger) = self, !account.awaitsKey, chunk.study == ledger.study, chunk.offset == 0 else {
            return nil
        }
        return ledger.digestOfBeginning(chunk.index)
    }

    /// The open study is refused: what comes of it is passed over.
    var isRefusing: Bool {
        if case .refusing = self { true } else { false }
    }

    var name: String {
        switch self {
        case .idle: "between studies"
        case .deciding: "deciding on a study"
        case .receiving: "receiving a study"
        case .settling: "completing a study"
        case .refusing: "refusing a study"
        case .ended: "ended"
        }
    }
}

/// An event that a session reports to its sink's program, in this order for each instance:
/// `instanceBegan`, perhaps `head`, `chunk` …, then `instanceArrived`, `instanceDamaged` or `instanceWithdrawn`.
public enum SinkEvent: Sendable {
    /// Answer with ``Session/admit(_:)`` before asking for the next event.
    case studyOpened(Manifest)
    /// The open study's key, once for each study. The first instances of a study may come, and arrive, before it.
    case studyKey(SymmetricKey)
    case instanceBegan(InstanceHeader)
    /// The next bytes. Give the credit back with ``Session/grant(bytes:)`` once they are dealt with.
    case chunk(index: Int, offset: UInt64, bytes: [UInt8])
    /// The first bytes of an instance, which travelled as a short head: give back the credit of those that travelled.
    case head(index: Int, bytes: [UInt8], travelled: Int)
    /// All bytes are there, and their digest is the announced one.
    case instanceArrived(index: Int)
    /// All bytes are there, but they are not those that were announced. Acknowledge a failure.
    case instanceDamaged(index: Int)
    /// The sender cannot send it, or not go on with it. Needs no acknowledgement.
    case instanceWithdrawn(index: Int, reason: String)
    /// Nothing more will come; acknowledge what is left, then ``Session/completeStudy()``.
    case studySent
    /// The source has ended the study before its time; what has come of it may be kept for another session. Nothing more is to be done,
    /// but give the credit of its bytes back.
    case studyStopped(AbortCode, reason: String)
    /// The session has refused a study before its program heard of it: the manifest holds what this side does not understand.
    case studyRefused(Manifest, AbortCode, reason: String)
}
