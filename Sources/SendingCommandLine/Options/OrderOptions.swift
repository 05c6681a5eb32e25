import ArgumentParser
import CommandLineSupport
import Files
import Protocol
import Sending

/// What the clinic wants to know of a study, and by when: sealed, so that the receiver alone can read it.
package struct OrderOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What the radiologist is to answer; by default what the study's header asks.",
            discussion: "Other users of this machine can see the words of a command while it runs: name no patient here.", valueName: "text"
        ))
    var question: String?

    @Option(
        help: ArgumentHelp("A text file with what is known of the patient; by default what the study's header says.", valueName: "file"),
        completion: .file())
    var history: String?

    @Option(help: ArgumentHelp("How soon the answer is needed: 45m, 4h.", valueName: "duration"))
    var due: DurationArgument?

    @Option(help: ArgumentHelp("Whom the radiologist can call: \"name, telephone number\".", valueName: "text"))
    var callback: String?

    package init() {}

    /// - Throws: `FileError`; `OperationFailure` for a file that is no text; `ProtocolError` for what is too long.
    package func details() throws -> OrderDetails {
        let limit = ClinicalOrder.maximumByteCount.history
        let details = OrderDetails(
            question: question, history: try history.map { try TextFile.read($0, limit: limit) }, due: due?.duration, callback: callback)
        try ClinicalOrder(question: details.question, history: details.history, callback: details.callback).check()
        return details
    }
}
