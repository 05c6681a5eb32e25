import Basics
import CommandLineSupport
import Foundation
import Receiving

/// Tells the person or the script what arrives.
struct ReceiverReporter: ReceiverObserver {
    /// Where `--json` lines go; `nil` for people.
    let json: JSONLines?

    func observe(_ event: ReceiverEvent) {
        switch event {
        case .listening(let event): report(event)
        case .connected(let event): report(event)
        case .disconnected(let event): report(event)
        case .refused(let event): report(event)
        case .instance(let event): report(event)
        case .order(let event): report(event)
        case .study(let event): report(event)
        case .conflict(let event): report(event)
        case .studyEnd(let event): report(event)
        case .studyRefused(let event): report(event)
        case .forwarded(let event): report(event)
        case .forwardingFailed(let event): report(event)
        case .diskRoom(let event): report(event)
        case .folderPresence(let event): report(event)
        }
    }

    private func report(_ event: ReceiverEvent.Listening) {
        tell(event, "Listening at \(event.host):\(event.port).")
        guard event.trustedCards == 0 else { return }
        Console.complain(
            "no sender's card is trusted yet, so nobody can send. Get the card of each clinic and trust it, also while this runs: "
                + "veilray-receive trust CARD")
    }

    private func report(_ event: ReceiverEvent.Connected) {
        tell(event, "\(event.peer) connected from \(event.address).")
    }

    private func report(_ event: ReceiverEvent.Disconnected) {
        tell(event, event.reason.map { "\(event.peer) at \(event.address) left: \($0)" })
    }

    private func report(_ event: ReceiverEvent.Refused) {
        tell(event, "Refused \(event.address): \(event.reason)")
    }

    private func report(_ event: ReceiverEvent.Instance) {
        if event.status != .restored { Console.complain("\(event.name): \(event.reason ?? event.status.rawValue)") }
        for doubt in event.unproven ?? [] { Console.complain("\(event.name): \(doubt)") }
        tell(event, nil)
    }

    private func report(_ event: ReceiverEvent.Order) {
        if let reason = event.unreadable {
            Console.complain("what \(event.peer) asks of transfer \(event.transfer.prefix(12)) cannot be read: \(reason)")
            return tell(event, nil)
        }
        let facts = [event.urgent ? "urgent" : nil, event.due.map { "due \($0)" }, event.hasQuestion ? "with a question" : nil]
        let text = facts.compactMap(\.self).joined(separator: ", ")
        tell(event, "Order from \(event.peer), transfer \(event.transfer.prefix(12))\(text.isEmpty ? "" : ": " + text).")
    }

    private func report(_ event: ReceiverEvent.Study) {
        var text = "Study from \(event.peer): \(event.restored) files restored and verified"
        if event.failed > 0 { text += ", \(event.failed) failed" }
        if event.withdrawn > 0 { text += ", \(event.withdrawn) not sent" }
        tell(event, text + ".")
    }

    private func report(_ event: ReceiverEvent.StudyRefused) {
        tell(event, "A study from \(event.peer) was refused: \(event.reason).")
    }

    private func report(_ event: ReceiverEvent.Conflict) {
        Console.complain(
            "\(event.name) from \(event.peer): another file with its SOPInstanceUID is here (\(event.other)). It was set aside; if it is a "
                + "correction: veilray-receive accept '\(event.path)'")
        tell(event, nil)
    }

    private func report(_ event: ReceiverEvent.StudyEnd) {
        guard event.failed + event.withdrawn == 0 else { return tell(event, nil) }
        let patient = event.patient.flatMap { $0.isEmpty || !Self.isAtTerminal ? nil : " of \($0)" } ?? ""
        let folder = event.folder.map { ", in \($0)" } ?? ""
        tell(event, "The study\(patient) from \(event.peer) is complete: \(event.restored) files\(folder).")
    }

    /// The end of a study that a person gave up.
    func reportDiscarded(_ event: ReceiverEvent.StudyEnd) {
        let count = event.restored + event.failed + event.withdrawn
        tell(
            event,
            "Discarded \(event.transfer.prefix(12)) from \(event.peer). Given up: \(event.withdrawn) of \(count) files; "
                + "restored files stay: \(event.restored).")
    }

    private func report(_ event: ReceiverEvent.Forwarded) {
        for warning in event.warnings ?? [] { Console.complain("\(warning.path): \(event.to) says: \(warning.note)") }
        let rest = event.remaining > 0 ? ", not accepted: \(event.remaining)" : ""
        tell(event, "Study from \(event.peer) forwarded to \(event.to): \(event.instances) files\(rest).")
    }

    private func report(_ event: ReceiverEvent.ForwardingFailed) {
        let number = event.transfer.prefix(12)
        let next =
            event.isOver
            ? "it is given up ('veilray-receive forward retry \(number)' tries again)"
            : "it is tried again ('veilray-receive forward drop \(number)' ends that)"
        Console.complain("the study from \(event.peer) could not be forwarded to \(event.to), \(next): \(event.reason)")
        tell(event, nil)
    }

    private func report(_ event: ReceiverEvent.DiskRoom) {
        let amounts = "\(Quantities.bytes(event.freeBytes)) free, \(Quantities.bytes(event.minimumBytes)) to be kept"
        if event.event == "diskIsFull" { Console.complain("the disk is nearly full (\(amounts)): senders wait") }
        tell(event, event.event == "diskHasRoom" ? "The disk has room again (\(amounts)): senders go on." : nil)
    }

    private func report(_ event: ReceiverEvent.FolderPresence) {
        if let reason = event.reason { Console.complain("\(event.path): \(reason); senders wait. To do: \(event.advice ?? "")") }
        tell(event, event.reason == nil ? "\(event.path) is back: senders go on." : nil)
    }

    func report(_ event: ReceiverEvent.Stopped) {
        tell(event, "Stopped. Studies received: \(event.studies).")
    }

    func report(_ event: ReceiverEvent.Accepted) {
        if event.isKnown == true { return tell(event, "\(event.from) was accepted before; it is \(event.path).") }
        let previous = event.previous.map { "; the earlier version is \($0)" } ?? ""
        let next = event.forwards ? " It is forwarded." : ""
        tell(event, "Accepted: \(event.path) is the version that \(event.peer) sent last\(previous).\(next)")
    }

    /// Whether a person sees what is said here, rather than a log.
    private static let isAtTerminal = isatty(STDOUT_FILENO) != 0

    private func tell(_ event: some Encodable & Sendable, _ text: String?) {
        if let json {
            json.write(event)
        } else if let text {
            Console.say(text)
        }
    }
}
