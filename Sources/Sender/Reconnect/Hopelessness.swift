import CommandLineSupport
import Protocol
import SecureChannel

/// Tells errors that trying again may overcome from those that a person must deal with.
struct Hopelessness: Sendable {
    /// A link that breaks right after the handshake looks as if the receiver had turned this side away; thrice in a row it has.
    private static let refusals = 3

    private var refusalsInARow = 0

    /// Whether `error`, of the latest attempt, ends the attempts.
    mutating func isProven(by error: any Error) -> Bool {
        if (error as? ChannelError)?.code == .refusedByPeer || (error as? ProtocolError)?.code == .notTrusted {
            refusalsInARow += 1
            return refusalsInARow >= Self.refusals
        }
        refusalsInARow = 0
        switch error {
        case let error as ProtocolError: return Self.isHopeless(error)
        case let error as ChannelError: return [.peerNotTrusted, .noPeerCertificate, .invalidCredentials].contains(error.code)
        case let error as CommandFailure: return error.status != .tryAgain
        case is OutboxError: return true
        default: return false
        }
    }

    private static func isHopeless(_ error: ProtocolError) -> Bool {
        switch error.code {
        case .cut, .ended, .peerSilent, .protocolViolation, .receiptInvalid: false
        case .peerAborted, .studyEnded:
            switch error.abortCode {
            case .notTrusted, .versionMismatch, .noCommonCapability, .limitExceeded, .notUnderstood: true
            default: false
            }
        default: true
        }
    }
}
