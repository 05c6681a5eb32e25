import CommandLineSupport
import Foundation

/// Tells the person or the script what arrives.
struct ReceiverReporter: Sendable {
    /// Where `--json` lines go; `nil` for people.
    let json: JSONLines?

    func report(_ event: ReceiverReport.Listening) {
        tell(event, "Listening at \(event.host):\(event.port).")
        guard event.trustedCards == 0 else { return }
        Console.complain(
            "no sender's card is trusted yet, so nobody can send. Get the card of each clinic and trust it, also while this runs: "
                + "veilray-receive trust CARD")
    }

    func report(_ event: ReceiverReport.Connected) {
        tell(event, "\(event.peer) connected from \(event.address).")
    }

    func report(_ event: ReceiverReport.Disconnected) {
        tell(event, event.reason.map { "\(event.peer) at \(event.address) left: \($0)" })
    }

    func report(_ event: ReceiverReport.Refused) {
        tell(event, "Refused \(event.address): \(event.reason)")
    }

    func report(_ event: ReceiverReport.Instance) {
        if event.status != .restored { Console.complain("\(event.name): \(event.reason ?? event.status.rawValue)") }
        for doubt in event.unproven ?? [] { Console.complain("\(event.name): \(doubt)") }
        tell(event, nil)
    }

    func report(_ event: ReceiverReport.Study) {
        var text = "Study from \(event.peer): \(event.restored) files restored and verified"
        if event.failed > 0 { text += ", \(event.failed) failed" }
        if event.withdrawn > 0 { text += ", \(event.withdrawn) not sent" }
        tell(event, text + ".")
    }

    func report(_ event: ReceiverReport.Conflict) {
        Console.complain(
            "\(event.name) from \(event.peer): another file with its SOPInstanceUID is here (\(event.other)). It was set aside; if it is a "
                + "correction: veilray-receive accept '\(event.path)'")
        tell(event, nil)
    }

    func report(_ event: ReceiverReport.StudyEnd) {
        guard event.failed + event.withdrawn == 0 else { return tell(event, nil) }
        let patient = event.patient.flatMap { $0.isEmpty || !Self.isAtTerminal ? nil : " of \($0)" } ?? ""
        let folder = event.folder.map { ", in \($0)" } ?? ""
        tell(event, "The study\(patient) from \(event.peer) is complete: \(event.restored) files\(folder).")
    }

    /// The end of a study that a person gave up.
    func reportDiscarded(_ event: ReceiverReport.StudyEnd) {
        let count = event.restored + event.failed + event.withdrawn
        tell(
            event,
            "Discarded \(event.transfer.prefix(12)) from \(event.peer). Given up: \(event.withdrawn) of \(count) files; "
                + "restored files stay: \(event.restored).")
    }

    func report(_ event: ReceiverReport.Forwarded) {
        for warning in event.warnings ?? [] { Console.complain("\(warning.path): \(event.to) says: \(warning.note)") }
        let rest = event.remaining > 0 ? ", not accepted: \(event.remaining)" : ""
        tell(event, "Study from \(event.peer) handed on to \(event.to): \(event.instances) files\(rest).")
    }

    func report(_ event: ReceiverReport.ForwardingFailed) {
        let number = event.transfer.prefix(12)
        let next =
            event.isOver
            ? "it is given up ('veilray-receive forward retry \(number)' tries again)"
            : "it is tried again ('veilray-receive forward drop \(number)' ends that)"
        Console.complain("the study from \(event.peer) could not be handed on to \(event.to), \(next): \(event.reason)")
        tell(event, nil)
    }

    func report(_ event: ReceiverReport.DiskRoom) {
        let amounts = "\(Quantities.bytes(event.freeBytes)) free, \(Quantities.bytes(event.minimumBytes)) to be kept"
        if event.event == "diskIsFull" { Console.complain("the disk is nearly full (\(amounts)): senders wait") }
        tell(event, event.event == "diskHasRoom" ? "The disk has room again (\(amounts)): senders go on." : nil)
    }

    func report(_ event: ReceiverReport.FolderPresence) {
        if let reason = event.reason { Console.complain("\(event.path): \(reason); senders wait. To do: \(event.advice ?? "")") }
        tell(event, event.reason == nil ? "\(event.path) is back: senders go on." : nil)
    }

    func report(_ event: ReceiverReport.Stopped) {
        tell(event, "Stopped. Studies received: \(event.studies).")
    }

    func report(_ event: ReceiverReport.Accepted) {
        if event.isKnown == true { return tell(event, "\(event.from) was accepted before; it is \(event.path).") }
        let previous = event.previous.map { "; the earlier version is \($0)" } ?? ""
        let next = event.forwards ? " It is handed on." : ""
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
