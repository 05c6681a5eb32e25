/// An instance that a caller is about to send, as its command says.
public struct InstanceOffer: Sendable, Hashable {
    public let sopClassUID: String
    public let sopInstanceUID: String
    /// Of the presentation context.
    public let transferSyntaxUID: String

    public init(sopClassUID: String, sopInstanceUID: String, transferSyntaxUID: String) {
        self.sopClassUID = sopClassUID
        self.sopInstanceUID = sopInstanceUID
        self.transferSyntaxUID = transferSyntaxUID
    }
}

/// The answer to a C-STORE request (PS3.4 §B.2.3, PS3.7 annex C).
public struct StoreAnswer: Sendable, Hashable {
    public let status: UInt16
    /// Error Comment (0000,0902): at most 64 characters of ASCII; may be empty.
    public let comment: String

    public init(status: UInt16, comment: String = "") {
        self.status = status
        self.comment = String(decoding: comment.utf8.prefix(64).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }

    public static let success = StoreAnswer(status: 0x0000)

    /// A700, "Refused: Out of Resources".
    public static func outOfResources(_ comment: String) -> StoreAnswer { StoreAnswer(status: 0xA700, comment: comment) }
    /// A900, "Error: Data Set does not match SOP Class".
    public static func contradiction(_ comment: String) -> StoreAnswer { StoreAnswer(status: 0xA900, comment: comment) }
    /// C000, "Error: Cannot understand".
    public static func notUnderstood(_ comment: String) -> StoreAnswer { StoreAnswer(status: 0xC000, comment: comment) }
    /// C001, "Error: Cannot understand": another instance has the same UID.
    public static func conflict(_ comment: String) -> StoreAnswer { StoreAnswer(status: 0xC001, comment: comment) }

    public var isSuccess: Bool { status == 0 }

    /// Four hexadecimal digits, as the standard writes a status.
    public static func digits(of status: UInt16) -> String {
        let text = String(status, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - text.count) + text
    }
}

/// Takes instances in. Its calls may block; they come from a thread of the association's own.
public protocol InstanceTaker: Sendable {
    /// An instance is about to come.
    ///
    /// - Throws: ``StoreRefusal`` where its data set need not come; it is read and dropped.
    func begin(_ offer: InstanceOffer, from caller: AssociationCaller) throws(StoreRefusal) -> any InstanceDraft

    /// Somebody asks to be told when instances are committed to.
    ///
    /// - Returns: success only where the request survives a power cut.
    func commit(_ request: CommitmentRequest, from caller: AssociationCaller) -> StoreAnswer

    /// The association is over, which was accepted before.
    func ended(_ caller: AssociationCaller, _ ending: AssociationEnding)
}

extension InstanceTaker {
    public func commit(_ request: CommitmentRequest, from caller: AssociationCaller) -> StoreAnswer {
        StoreAnswer(status: 0x0110, comment: "storage commitment is not offered")
    }
}

/// An instance that is coming. What is not finished is gone.
public protocol InstanceDraft: AnyObject, Sendable {
    /// Where the data set goes, for a child that only writes.
    var descriptor: Int32 { get }

    /// All of it has come.
    ///
    /// - Parameters:
    ///   - byteCount: of the data set.
    ///   - failure: the errno of writing it, or 0.
    /// - Returns: the answer; success only where the instance survives a power cut.
    func finish(byteCount: Int, failure: Int32) -> StoreAnswer
}

public struct StoreRefusal: Error, Sendable {
    public let answer: StoreAnswer

    public init(_ answer: StoreAnswer) { self.answer = answer }
}

/// The way in which an association ended.
public enum AssociationEnding: Int, Sendable, Hashable, CustomStringConvertible {
    /// Nobody asked for one, or in words that are none.
    case noRequest
    case rejected
    case released
    /// By the other side.
    case aborted
    /// Nothing came for as long as may be.
    case idle
    /// The connection broke, or the other side said what is no DICOM.
    case broken
    /// This side ended it: the program is being stopped, or the child did not do its work.
    case stopped

    public var description: String {
        switch self {
        case .noRequest: "no-request"
        case .rejected: "rejected"
        case .released: "released"
        case .aborted: "aborted"
        case .idle: "idle"
        case .broken: "broken"
        case .stopped: "stopped"
        }
    }
}
