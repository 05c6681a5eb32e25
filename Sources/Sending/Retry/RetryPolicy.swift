import Basics
import Protocol
import SecureChannel

/// The rule that decides whether and when another attempt follows one that has failed.
struct RetryPolicy: Sendable {
    /// How long nothing may go forward before the attempts end; `nil` for never. Zero: one attempt.
    let patience: Duration?
    /// How long an attempt may stand still at least, however short the patience: sealing one large file takes its time.
    var shortestStandstill = Duration.seconds(300)

    /// For how long attempts that bring nothing keep their surroundings: enough to connect again at once after a cut.
    static let keptSurroundings = Duration.seconds(2)
    /// Between attempts that a person must make possible first.
    static let permanentDelay = Duration.seconds(300)

    /// How long an attempt may stand still.
    var standstill: Duration { max(patience ?? .zero, shortestStandstill) }

    /// Whether a person must deal with an error, because trying again does not overcome it.
    ///
    /// A link that is cut or damaged is never a permanent trouble: a receiver that does not trust this side says so in a way that only it
    /// can.
    static func isPermanent(_ error: any Error) -> Bool {
        switch error {
        case let error as ProtocolError: isPermanent(error)
        case let error as ChannelError:
            [.refusedByPeer, .peerNotTrusted, .noPeerCertificate, .invalidCredentials].contains(error.code)
        case let error as OperationFailure: error.kind != .temporary
        case is OutboxError: true
        default: false
        }
    }

    private static func isPermanent(_ error: ProtocolError) -> Bool {
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

/// The wait before another attempt: exponential with full jitter, so that many senders that one cut has hit do not all come back at once
/// (M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015).
struct Backoff: Sendable {
    static let shortest = Duration.milliseconds(500)
    static let longest = Duration.seconds(60)

    private var ceiling = Backoff.shortest

    /// The next delay, anything from nothing to a ceiling that doubles from 0.5 s to 60 s.
    mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        defer { ceiling = min(ceiling * 2, Self.longest) }
        return ceiling * Double.random(in: 0...1, using: &generator)
    }

    mutating func next() -> Duration {
        var generator = SystemRandomNumberGenerator()
        return next(using: &generator)
    }

    /// Something has gone forward: the next failure is a new one.
    mutating func reset() {
        self = Backoff()
    }
}
