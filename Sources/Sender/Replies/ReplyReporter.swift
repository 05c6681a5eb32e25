import CommandLineSupport
import Foundation
import Receiving

/// Tells the person or the script what happens to replies on their way; ``ReplyArrival`` tells of those that have come.
struct ReplyReporter: ReceiverObserver {
    /// Where `--json` lines go; `nil` for people.
    let json: JSONLines?

    func observe(_ event: ReceiverEvent) {
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
