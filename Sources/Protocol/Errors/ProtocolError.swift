import Basics
import SecureChannel

/// An error of this module: a code to switch on, a sentence for a person, and the person or thing that it concerns.
///
/// A reason never contains key material, patient data or file contents.
public struct ProtocolError: ClassifiedFailure, Sendable, Hashable, CustomStringConvertible {
    /// The kind of error. Raw values are stable and appear in `--json` output.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        // Files of one's own
        case identityExists
        case identityMissing
        /// Neither an option nor the environment says where identity and state are.
        case homeUnknown
        case keyFilePermissions
        case keyFileDamaged
        case fileAccess

        // Names, cards and trust
        case invalidName
        case invalidAddress
        case invalidFingerprint
        case notACard
        case cardTruncated
        case cardDamaged
        case unsupportedCardVersion
        case weakKey
        case cardOutdated
        case trustConflict
        case notTrusted
        case wrongPeer

        // Study keys at rest
        case capsuleDamaged
        case capsuleNotForUs
        case unsupportedCapsuleVersion
        case studyKeyUnknown
        case studyKeyConflict

        // Signed statements
        case badSignature
        case manifestInvalid
        case receiptInvalid

        // Sessions
        case versionMismatch
        case noCommonCapability
        case protocolViolation
        case limitExceeded
        case peerAborted
        case peerSilent
        case cut
        case ended
        case studyEnded
        case misuse
    }

    public let code: Code
    /// The sentence for people: what happened and what to do about it.
    public let reason: String
    /// The file, peer or message that it concerns.
    public let subject: String?
    /// Why the peer ended the session, when `code` is `.peerAborted`; why the study was ended, when it is `.studyEnded`.
    public let abortCode: AbortCode?

    public init(_ code: Code, _ reason: String, subject: String? = nil, abortCode: AbortCode? = nil) {
        self.code = code
        self.reason = reason
        self.subject = subject
        self.abortCode = abortCode
    }

    public var description: String {
        guard let subject else { return "\(reason) [\(code.rawValue)]" }
        return "\(subject): \(reason) [\(code.rawValue)]"
    }
}

extension ProtocolError {
    /// The peer did something that the protocol does not allow in this state.
    static func violation(_ what: String) -> ProtocolError {
        ProtocolError(.protocolViolation, "the peer broke the protocol: \(what). Both sides may need the same release of Veilray")
    }

    /// This side's program called something that its session's state does not allow.
    static func misuse(_ what: String) -> ProtocolError {
        ProtocolError(.misuse, "the session cannot do that now: \(what)")
    }
}

extension ProtocolError {
    /// The peer said that it ends the session.
    static func aborted(_ code: AbortCode, _ reason: String) -> ProtocolError {
        let detail = reason.isEmpty ? "" : " (it says: \(reason))"
        return ProtocolError(.peerAborted, "the peer ended the session: \(code.meaning)\(detail)", abortCode: code)
    }

    /// The peer has ended the study that this side had opened, and nothing else of the session.
    static func refused(_ code: AbortCode, _ reason: String) -> ProtocolError {
        let detail = reason.isEmpty ? "" : " (it says: \(reason))"
        return ProtocolError(.studyEnded, "the peer ended the study: \(code.meaning)\(detail)", abortCode: code)
    }

    /// Any error of a transport means that the connection is gone.
    static func cut(_ cause: any Error) -> ProtocolError {
        switch cause {
        case let known as ProtocolError: known
        case let channel as ChannelError: ProtocolError(code(for: channel), channel.reason, subject: channel.peer)
        default: ProtocolError(.cut, "the connection broke: \(cause)")
        }
    }

    private static func code(for error: ChannelError) -> Code {
        switch error.code {
        case .peerSilent: .peerSilent
        case .protocolViolation, .messageTooLarge, .invalidMessage: .protocolViolation
        case .peerNotTrusted: .notTrusted
        default: .cut
        }
    }

    /// One side has said goodbye.
    static let over = ProtocolError(.ended, "the session is over; connect again for more studies")

    static let closed = ProtocolError(.cut, "the peer closed the connection in the middle of the session; connect again")
}

extension ProtocolError {
    public var kind: FailureKind {
        switch code {
        case .notTrusted, .wrongPeer, .badSignature, .keyFilePermissions, .capsuleNotForUs, .studyKeyUnknown: .notTrusted
        case .peerAborted where abortCode == .notTrusted: .notTrusted
        case .identityExists, .identityMissing, .homeUnknown, .invalidName, .invalidAddress, .invalidFingerprint, .trustConflict,
            .misuse:
            .invalidRequest
        case .notACard, .cardTruncated, .cardDamaged, .unsupportedCardVersion, .weakKey, .cardOutdated, .keyFileDamaged,
            .capsuleDamaged, .unsupportedCapsuleVersion, .studyKeyConflict, .manifestInvalid, .receiptInvalid, .limitExceeded:
            .badData
        case .fileAccess: .fileAccess
        case .versionMismatch, .noCommonCapability: .unavailable
        case .protocolViolation, .peerAborted, .studyEnded, .peerSilent, .cut, .ended: .temporary
        }
    }
}
