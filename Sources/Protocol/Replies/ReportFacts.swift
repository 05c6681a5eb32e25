import Basics
import Foundation

/// A reply's statements about the report in it.
public struct ReportFacts: Sendable, Hashable {
    /// A radiologist who writes more versions of one report errs, or attacks.
    static let maximumVersion = 10_000
    /// Of the author's name and of the telephone number, in bytes of UTF-8.
    static let maximumNameByteCount = 256

    /// Counted from 1 by whoever replies, for each transfer that is answered.
    public let version: Int
    public let status: ReportStatus
    /// The reply with the version before; `nil` for the first.
    public let predecessor: TransferID?
    public let author: String
    /// The time at which the author gave it.
    public let time: Date
    public let criticality: Criticality
    /// SHA-256 of `report.txt`.
    public let textDigest: ContentDigest
    /// Where people at the clinic can ask: a name and a telephone number.
    public let callback: String?

    /// - Throws: ``ProtocolError/Code/manifestInvalid`` when it contradicts itself.
    public init(
        version: Int, status: ReportStatus, predecessor: TransferID?, author: String, time: Date, criticality: Criticality = .none,
        textDigest: ContentDigest, callback: String? = nil
    ) throws(ProtocolError) {
        guard (1...Self.maximumVersion).contains(version) else {
            throw Self.invalid("its version is \(version); there are 1 to \(Self.maximumVersion)")
        }
        guard (version == 1) == (predecessor == nil) else {
            throw Self.invalid(version == 1 ? "a first version has no predecessor" : "version \(version) names no predecessor")
        }
        guard !status.needsPredecessor || predecessor != nil else {
            throw Self.invalid("a report that is \(status.rawValue) needs one that came before")
        }
        for text in [author, callback].compactMap(\.self) {
            guard (1...Self.maximumNameByteCount).contains(text.utf8.count), text.unicodeScalars.allSatisfy(PlainText.isHarmless) else {
                throw Self.invalid("a name in it is empty, too long or no plain text")
            }
        }
        self.version = version
        self.status = status
        self.predecessor = predecessor
        self.author = author
        // As it will be read.
        self.time = Timestamp.date(milliseconds: Timestamp.milliseconds(time)) ?? time
        self.criticality = criticality
        self.textDigest = textDigest
        self.callback = callback
    }

    static func invalid(_ what: String) -> ProtocolError {
        ProtocolError(.manifestInvalid, "the reply makes no sense: \(what)")
    }
}

/// A report's status by its own statement. Raw values stand in signed manifests and in the names of folders.
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

/// The urgency with which people at the clinic must know of a report, in the three categories that radiology has for critical results.
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
