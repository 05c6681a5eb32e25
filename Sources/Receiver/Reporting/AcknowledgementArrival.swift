import CommandLineSupport
import Foundation
import Protocol
import Receiving
import Replying

/// Takes acknowledgements of this side's replies out of the studies that carry them.
struct AcknowledgementArrival: Sendable {
    private let intake: AcknowledgementIntake
    /// Where `--json` lines go; `nil` for people.
    private let json: JSONLines?

    /// Blocks.
    init(home: Home, json: JSONLines?) throws {
        intake = try AcknowledgementIntake(home: home, trust: TrustStore(home: home))
        self.json = json
    }

    /// Somebody at the clinic knows of a reply.
    private struct ReplyAcknowledged: Encodable, Sendable {
        let event = "replyAcknowledged"
        let reply: String
        let peer: String
        let by: String
        /// By the clinic's clock.
        let time: String
    }

    func take(_ study: EndedStudy) async {
        do {
            guard let taken = try await intake.take(manifest: study.manifest, from: study.sender),
                let words = taken.record.acknowledgedWords
            else { return }
            if let json {
                json.write(
                    ReplyAcknowledged(
                        reply: taken.record.transfer, peer: taken.record.peerName, by: words.by, time: words.time.formatted(.iso8601)))
            } else {
                Console.say("\(taken.record.peerName) knows of the reply \(taken.record.transfer.prefix(12)): \(words.by).")
            }
        } catch {
            Console.complain("the study \(study.end.transfer.prefix(12)) from \(study.end.peer) acknowledges nothing: \(error)")
        }
    }
}
