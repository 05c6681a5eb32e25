import CommandLineSupport
import Journal
import Logging
import Sending

extension DoorReport {
    /// Writes the line for scripts, and the one of the log for people.
    func tell(_ json: JSONLines?, _ log: Logger) {
        switch self {
        case .listening(let listening):
            json?.write(listening)
            log.info(
                "listening for modalities",
                metadata: [
                    "ports": "\(listening.ports.map(String.init).joined(separator: ", "))",
                    "titles": "\(listening.titles.joined(separator: ", "))",
                ])
        case .association(let association):
            json?.write(association)
            var metadata: Logger.Metadata = [
                "from": "\(association.calling)@\(association.address)", "to": "\(association.called)", "ending": "\(association.ending)",
                "stored": "\(association.stored)", "refused": "\(association.refused)",
            ]
            if let reason = association.reason { metadata["reason"] = "\(reason)" }
            log.log(level: association.ending == "released" ? .info : .warning, "an association ended", metadata: metadata)
        case .associationRefused(let refusal):
            json?.write(refusal)
            let who = refusal.calling.map { "\($0)@\(refusal.address)" } ?? refusal.address
            log.warning(
                "a connection came to no association",
                metadata: ["from": "\(who)", "to": "\(refusal.called ?? "")", "reason": "\(refusal.reason)"])
        case .instanceRefused(let refusal):
            json?.write(refusal)
            log.warning(
                "an instance was refused",
                metadata: [
                    "from": "\(refusal.calling)", "instance": "\(refusal.instance)", "status": "\(refusal.status)",
                    "reason": "\(refusal.reason)",
                ])
        }
    }
}

/// Tells what became of settings that a running service has read again.
package struct SettingsReporter: Sendable {
    /// The `--json` line; docs/json/sending.md lists it.
    private struct SettingsRead: Encodable, Sendable {
        let event = "settings"
        let applied: Bool
        /// Options that were changed, too, and count from the next start on.
        var later: [String]?
        var reason: String?
    }

    /// Where `--json` lines go; `nil` for people.
    private let json: JSONLines?

    package init(json: JSONLines?) {
        self.json = json
    }

    /// - Parameter later: names of options that were changed, too, and count from the next start on.
    package func tell(later: Set<String>) {
        let names = later.sorted()
        if names.isEmpty {
            Logger(label: "veilray.serve").info("the settings were read again")
        } else {
            Console.complain("settings that count from the next start on were changed: \(names.joined(separator: ", "))")
        }
        json?.write(SettingsRead(applied: true, later: names.isEmpty ? nil : names))
    }

    /// The settings cannot be; everything is as before.
    package func tell(_ error: any Error) {
        let reason = JournalDatabase.reason(for: error)
        Console.complain("the settings are as before: \(reason)")
        json?.write(SettingsRead(applied: false, reason: reason))
    }
}
