import Basics
import CommandLineSupport
import Replying
import Sending

/// Tells what becomes of the replies that clinics collect.
struct OutgoingReplyReporter: SenderObserver {
    /// Where `--json` lines go; `nil` for people.
    let json: JSONLines?

    /// Its clinic has signed for all of it.
    private struct ReplySent: Encodable, Sendable {
        let event = "replySent"
        let transfer: String
        let delivered: Int
        let failed: Int
        /// The file that keeps the signed receipts.
        let receipts: String?
    }

    /// It stays in the outbox, and is tried again.
    private struct ReplyKept: Encodable, Sendable {
        let event = "replyKept"
        let transfer: String
        let peer: String
        let reason: String
    }

    func observe(_ event: SenderEvent) {
        switch event {
        case .study(let study) where study.queued == nil:
            let transfer = study.transfer ?? ""
            if let json {
                json.write(ReplySent(transfer: transfer, delivered: study.delivered, failed: study.failed, receipts: study.receipts))
            } else {
                let failed = study.failed > 0 ? ", \(study.failed) failed" : ""
                Console.say("Reply \(transfer.prefix(12)) delivered: \(study.delivered) files\(failed).")
            }
        case .kept(_, let study, let error) where !(error is CancellationError):
            let reason = "\(error)"
            Console.complain("the reply \(study.transferID.short) to \(study.peerName) waits: \(reason)")
            json?.write(ReplyKept(transfer: study.transferID.description, peer: study.peerName.text, reason: reason))
        case .instance(let instance, _) where instance.status == .failed:
            Console.complain("\(instance.name): \(instance.reason ?? "failed")")
        default: break
        }
    }
}

/// Tells of critical replies of this side that nobody at the clinic has acknowledged.
struct AlarmReporter: ReplyObserver {
    /// Where `--json` lines go; `nil` for people.
    let json: JSONLines?

    func observe(_ event: ReplyEvent) {
        switch event {
        case .alarm(let alarm):
            Console.complain(alarm.sentence)
            json?.write(alarm)
        case .trouble(let sentence): Console.complain(sentence)
        // Of the clinic's side.
        case .arrived, .receiving: break
        }
    }
}
