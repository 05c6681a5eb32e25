import ChildProcesses
import CommandLineSupport
import Foundation
import Receiving
import Replying

/// What is done with a reply whose documents are in their folder: its texts are put beside them, it is told of, and a person's command
/// runs. All of it again after a crash in the middle.
struct ReplyArrival: Sendable {
    let intake: ReplyIntake
    let hook: CommandHook?
    /// Where `--json` lines go; `nil` for people.
    let json: JSONLines?

    func take(_ study: EndedStudy) async {
        let reply = ReplyArrived(study.end, await takenIn(study))
        if let json {
            json.write(reply)
        } else {
            Console.say("\(reply.sentence)")
        }
        guard let hook, let folder = study.end.folder else { return }
        let environment = ["VEILRAY_TRANSFER=\(study.end.transfer)", "VEILRAY_PEER=\(study.end.peer)", "VEILRAY_STATE=\(study.end.event)"]
        await hook.runComplaining(for: "the reply in \(folder)", [folder], environment: environment)
    }

    /// `nil` where nothing of it could be restored, and where its texts cannot be written.
    private func takenIn(_ study: EndedStudy) async -> ReplyIntake.Taken? {
        guard let folder = study.end.folder else { return nil }
        do {
            let taken = try await intake.take(
                manifest: study.manifest, from: study.sender, in: folder, studyUID: ReplyArrived.study(of: folder))
            for remark in taken?.remarks ?? [] { Console.complain("the reply in \(folder): \(remark)") }
            return taken
        } catch {
            Console.complain("the reply in \(folder) was not taken in: \(error)")
            return nil
        }
    }
}

/// The `--json` line of a reply; docs/json/sending.md lists it.
struct ReplyArrived: Encodable, Sendable {
    let event = "reply"
    /// The clinic's StudyInstanceUID.
    let study: String?
    /// Of the reply.
    let transfer: String
    let peer: String
    let folder: String?
    let files: Int
    /// Files that could not be restored, or were not sent.
    let missing: Int
    /// The transfer that is answered.
    let answers: String?
    let version: Int?
    let status: String?
    let criticality: Int?
    /// What of the reply is not as it should be.
    let remarks: [String]?

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

    /// For people.
    var sentence: String {
        let rest = missing > 0 ? " Not all of it could be restored; missing: \(missing)." : ""
        let urgency = (criticality ?? 0) > 0 ? " It is CRITICAL: 'veilray-send acknowledge \(transfer.prefix(12))' says that you know." : ""
        return "A reply from \(peer): \(files) files\(folder.map { " in \($0)" } ?? "").\(rest)\(urgency)"
    }
}
