/// The reason that a peer ends a session before its time. It travels in the `Abort` message.
public enum AbortCode: Sendable, Hashable {
    case protocolViolation
    case notTrusted
    case badSignature
    case versionMismatch
    case noCommonCapability
    case limitExceeded
    case storageFull
    case shuttingDown
    case refused
    case internalFailure
    /// Something is said to be critical that this side does not know.
    case notUnderstood
    /// A code of a later release, kept as it came.
    case other(UInt32)

    public init(rawValue: UInt32) {
        self = Self.known.first { $0.rawValue == rawValue } ?? .other(rawValue)
    }

    public var rawValue: UInt32 {
        switch self {
        case .protocolViolation: 1
        case .notTrusted: 2
        case .badSignature: 3
        case .versionMismatch: 4
        case .noCommonCapability: 5
        case .limitExceeded: 6
        case .storageFull: 7
        case .shuttingDown: 8
        case .refused: 9
        case .internalFailure: 10
        case .notUnderstood: 11
        case .other(let value): value
        }
    }

    private static let known: [AbortCode] = [
        .protocolViolation, .notTrusted, .badSignature, .versionMismatch, .noCommonCapability,
        .limitExceeded, .storageFull, .shuttingDown, .refused, .internalFailure, .notUnderstood,
    ]

    /// The code for a peer whose fault `error` is; `nil` when there is nobody to tell or nothing to say.
    init?(for error: ProtocolError) {
        switch error.code {
        case .protocolViolation, .manifestInvalid, .receiptInvalid: self = .protocolViolation
        case .notTrusted, .wrongPeer: self = .notTrusted
        case .badSignature: self = .badSignature
        case .versionMismatch: self = .versionMismatch
        case .noCommonCapability: self = .noCommonCapability
        case .limitExceeded: self = .limitExceeded
        case .peerAborted, .peerSilent, .cut, .ended, .studyEnded, .misuse: return nil
        default: self = .internalFailure
        }
    }

    /// In words, for the sentence "the peer ended the session: …".
    var meaning: String {
        switch self {
        case .protocolViolation: "it saw a violation of the protocol"
        case .notTrusted: "it does not trust this side; give it this side's card"
        case .badSignature: "a signature did not verify; the connection may have been tampered with"
        case .versionMismatch: "no common protocol version; upgrade the older side"
        case .noCommonCapability: "no common codec or embedding method"
        case .limitExceeded: "a limit that it sets was exceeded"
        case .storageFull: "its storage is full; try again later"
        case .shuttingDown: "it is shutting down; try again later"
        case .refused: "it refused"
        case .internalFailure: "something failed on its side"
        case .notUnderstood: "it does not know something that it would have to; upgrade it"
        case .other(let value): "code \(value)"
        }
    }
}
