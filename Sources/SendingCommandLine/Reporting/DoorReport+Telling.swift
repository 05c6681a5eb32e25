import CommandLineSupport
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
