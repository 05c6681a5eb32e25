import Basics
import Protocol
import SecureChannel

/// Tells errors that trying again may overcome from those that a person must deal with.
///
/// A link that is cut or damaged is never among the latter: a receiver that does not trust this side says so in a way that only it can.
enum Hopelessness {
    /// Whether `error`, of the latest attempt, ends the attempts.
    static func isProven(by error: any Error) -> Bool {
        switch error {
        case let error as ProtocolError: isHopeless(error)
        case let error as ChannelError:
            [.refusedByPeer, .peerNotTrusted, .noPeerCertificate, .invalidCredentials].contains(error.code)
        case let error as OperationFailure: error.kind != .temporary
        case is OutboxError: true
        default: false
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
