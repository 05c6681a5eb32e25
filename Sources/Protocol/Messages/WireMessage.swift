/// A message of the protocol, with every field checked: the state machines see nothing else.
enum WireMessage: Sendable {
    case hello(SignedGreeting)
    case welcome(SignedGreeting)
    case openStudy(OpenStudy)
    case studyKey(StudyKey)
    case studyOpened(study: UInt32, StudyStanding)
    case instanceHeader(study: UInt32, InstanceHeader)
    case chunk(Chunk)
    case withdraw(study: UInt32, index: Int, reason: String)
    case credit(Credit)
    case instanceReceipt(SignedStatement)
    case studyComplete(study: UInt32)
    case studyReceipt(SignedStatement)
    case stopStudy(StudyEnd)
    case refuseStudy(StudyEnd)
    case noMoreStudies
    case keepAlive
    /// A question how long so many bytes take.
    case probe(number: UInt32, byteCount: Int)
    case probeAnswer(number: UInt32)
    case goodbye
    case abort(AbortCode, reason: String)

    struct OpenStudy: Sendable {
        var study: UInt32
        var manifest: SignedStatement
        /// `nil` in the first flight: a ``StudyKey`` follows.
        var sealedKey: HybridEncryption.Sealed?
    }

    struct StudyKey: Sendable {
        var study: UInt32
        var sealedKey: HybridEncryption.Sealed
    }

    /// The bytes that a receiver can take, and those that it has taken.
    struct Credit: Sendable, Hashable {
        /// Granted by this message; 0 when it only tells what arrived.
        var bytes: Int
        /// Bytes of chunks taken so far in the session.
        var arrived: UInt64
    }

    struct Chunk: Sendable {
        var study: UInt32
        var index: Int
        var offset: UInt64
        /// Never empty. The bytes of the file, but for a short head that is on its way.
        var bytes: [UInt8]
        /// Of a short head, whole or on its way.
        var head: HeadTerms?
        /// Of a short head that is whole again: how many bytes it had on its way.
        var travelled: Int?

        /// The credit that it takes: the bytes that travel.
        var cost: Int { travelled ?? bytes.count }
    }

    /// Why a study ends before its time.
    struct StudyEnd: Sendable, Hashable {
        var study: UInt32
        var code: AbortCode
        var reason: String

        /// The other side's answer.
        var answered: StudyEnd { StudyEnd(study: study, code: code, reason: "") }
    }

    /// The part of the peer that a message concerns. Its kind says so: each is said by sources only, by sinks only, or by both of the
    /// session.
    enum Destination: Sendable {
        case source
        case sink
        case session
    }

    var destination: Destination {
        switch self {
        case .openStudy, .studyKey, .instanceHeader, .chunk, .withdraw, .studyComplete, .stopStudy: .sink
        case .studyOpened, .credit, .instanceReceipt, .studyReceipt, .refuseStudy: .source
        case .hello, .welcome, .noMoreStudies, .keepAlive, .probe, .probeAnswer, .goodbye, .abort: .session
        }
    }

    /// For error messages.
    var name: String {
        switch self {
        case .hello: "Hello"
        case .welcome: "Welcome"
        case .openStudy: "OpenStudy"
        case .studyKey: "StudyKey"
        case .studyOpened: "StudyOpened"
        case .instanceHeader: "InstanceHeader"
        case .chunk: "Chunk"
        case .withdraw: "Withdraw"
        case .credit: "Credit"
        case .instanceReceipt: "InstanceReceipt"
        case .studyComplete: "StudyComplete"
        case .studyReceipt: "StudyReceipt"
        case .stopStudy: "StopStudy"
        case .refuseStudy: "RefuseStudy"
        case .noMoreStudies: "NoMoreStudies"
        case .keepAlive: "KeepAlive"
        case .probe: "Probe"
        case .probeAnswer: "ProbeAnswer"
        case .goodbye: "Goodbye"
        case .abort: "Abort"
        }
    }
}

/// A `Hello` or `Welcome`: the body as it was signed, and the signature.
struct SignedGreeting: Sendable, Hashable {
    var body: [UInt8]
    var signature: [UInt8]
}
