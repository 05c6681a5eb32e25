/// How an association ended.
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
