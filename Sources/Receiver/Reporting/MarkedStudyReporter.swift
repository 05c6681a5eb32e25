import CommandLineSupport
import MarkCommands
import Receiving

/// Tells of the marked copies of a study.
struct MarkedStudyReporter {
    let json: JSONLines?

    private struct Marked: Encodable, Sendable {
        struct Unmarked: Encodable, Sendable {
            let file: String
            let reason: String
        }

        let event = "marked"
        let study: String
        let transfer: String
        let peer: String
        let copies: Int
        let folder: String
        let unmarked: [Unmarked]
    }

    func report(_ study: CompleteStudy, _ outcome: StudyMarking.Outcome, in folder: String) {
        if let json {
            return json.write(
                Marked(
                    study: study.study, transfer: study.transfer, peer: study.peer, copies: outcome.copies.count, folder: folder,
                    unmarked: outcome.unmarked.map { .init(file: $0.file, reason: $0.reason) }))
        }
        for (file, reason) in outcome.unmarked { Console.complain("\(file): no marked copy: \(reason)") }
        Console.say("\(outcome.copies.count) of \(study.paths.count) files of \(study.peer)'s study were marked into \(folder).")
    }
}
