import Foundation
import Receiving

/// An event about replies, for those who tell people and scripts.
package enum ReplyEvent: Sendable {
    /// To one that is on its way.
    case receiving(ReceiverEvent)
    /// One has come: its documents are in their folder.
    case arrived(ReplyArrived)
    /// Nobody at the clinic has acknowledged a critical one.
    case alarm(CriticalAlarm)
    /// Something that a person should know of, as a sentence.
    case trouble(String)
}

/// Is told of what happens to replies, in no particular task.
package protocol ReplyObserver: Sendable {
    func observe(_ event: ReplyEvent)
}

/// The `--json` line of a reply that has come; docs/json/replies.md lists it.
package struct ReplyArrived: Encodable, Sendable {
    let event = "reply"
    /// The clinic's StudyInstanceUID.
    let study: String?
    /// Of the reply.
    package let transfer: String
    package let peer: String
    package let folder: String?
    package let files: Int
    /// Files that could not be restored, or were not sent.
    package let missing: Int
    /// The transfer that is answered.
    let answers: String?
    let version: Int?
    let status: String?
    package let criticality: Int?
    /// The faults of the reply.
    package let remarks: [String]?

    init(_ end: ReceiverEvent.StudyEnd, _ taken: ReplyIntake.Taken?) {
        study = end.folder.map(Self.study)
        transfer = end.transfer
        peer = end.peer
        folder = end.folder
        files = end.restored
        missing = end.failed + end.withdrawn
        answers = taken?.record.answered
        version = taken?.record.version
        status = taken?.record.reportStatus
        criticality = taken?.record.category
        remarks = taken.flatMap { $0.remarks.isEmpty ? nil : $0.remarks }
    }

    /// The study's UID, from the place that its replies have.
    static func study(of folder: String) -> String {
        ((folder as NSString).deletingLastPathComponent as NSString).lastPathComponent
    }
}
