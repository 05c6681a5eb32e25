/// What a report says of itself. Raw values stand in signed manifests and in the names of folders.
public enum ReportStatus: String, Sendable, Hashable, CaseIterable, Codable {
    /// A first word, before the radiologist has finished.
    case preliminary
    case final
    /// More about an earlier report, which stays true.
    case addendum
    /// Instead of an earlier report, which was wrong.
    case corrected
    /// Takes an earlier report back; its text says why.
    case retracted

    /// Whether there must be an earlier version that it is about.
    public var needsPredecessor: Bool {
        switch self {
        case .preliminary, .final: false
        case .addendum, .corrected, .retracted: true
        }
    }
}

/// How soon people at the clinic must know of a report, in the three categories that radiology has for critical results.
public enum Criticality: Int, Sendable, Hashable, CaseIterable, Codable {
    case none = 0
    /// Within minutes: it may cost a life.
    case minutes = 1
    /// Within hours.
    case hours = 2
    /// Within days.
    case days = 3

    /// Whether a person at the clinic has to acknowledge it.
    public var isCritical: Bool { self != .none }
}
