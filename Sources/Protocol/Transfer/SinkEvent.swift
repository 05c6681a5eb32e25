import Crypto

/// What a sink's program learns from a session, in this order for each instance:
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
