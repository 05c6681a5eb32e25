import CommandLineSupport
import Receiving
import Replying

/// Tells the person or the script what happens to replies at the clinic.
package struct ReplyReporter: ReplyObserver {
    /// Where `--json` lines go; `nil` for people.
    private let json: JSONLines?

    package init(json: JSONLines?) {
        self.json = json
    }

    package func observe(_ event: ReplyEvent) {
        switch event {
        case .arrived(let reply): tell(reply)
        case .alarm(let alarm):
            Console.complain("\(alarm.sentence); then 'veilray-send acknowledge \(alarm.reply.prefix(12))'")
            json?.write(alarm)
        case .trouble(let sentence): Console.complain(sentence)
        case .receiving(let event): tell(event)
        }
    }

    private func tell(_ reply: ReplyArrived) {
        if let json { return json.write(reply) }
        let folder = reply.folder.map { " in \($0)" } ?? ""
        let rest = reply.missing > 0 ? " Not all of it could be restored; missing: \(reply.missing)." : ""
        let acknowledge = "'veilray-send acknowledge \(reply.transfer.prefix(12))'"
        let urgency = (reply.criticality ?? 0) > 0 ? " It is CRITICAL: \(acknowledge) says that you know." : ""
        Console.say("A reply from \(reply.peer): \(reply.files) files\(folder).\(rest)\(urgency)")
    }

    private func tell(_ event: ReceiverEvent) {
        switch event {
        case .studyRefused(let refused):
            Console.complain("a study from \(refused.peer) was refused: \(refused.reason)")
            json?.write(refused)
        case .instance(let instance):
            if instance.status != .restored { Console.complain("\(instance.name): \(instance.reason ?? instance.status.rawValue)") }
        case .conflict(let conflict):
            Console.complain("\(conflict.name) from \(conflict.peer) was set aside: another file with its SOPInstanceUID is here")
            json?.write(conflict)
        case .forwarded(let forwarded): json?.write(forwarded)
        case .forwardingFailed(let failed):
            Console.complain("the reply from \(failed.peer) could not be forwarded to \(failed.to): \(failed.reason)")
            json?.write(failed)
        case .diskRoom(let room):
            if room.event == "diskIsFull" { Console.complain("the disk is nearly full: replies wait") }
            json?.write(room)
        case .folderPresence(let presence):
            if let reason = presence.reason { Console.complain("\(presence.path): \(reason); replies wait") }
            json?.write(presence)
        // Who dialled knows of sessions; an order is no reply's.
        case .listening, .connected, .disconnected, .refused, .order, .study, .studyEnd: break
        }
    }
}
