import ArgumentParser
import CommandLineSupport
import Files
import Protocol
import Sending

/// A command that sends studies: what is asked of every one, and how it is sealed.
///
/// Its groups of options stand in the command itself. Of a group that stands in another one, ArgumentParser checks all options four times
/// as often in debug builds, which cost each start of the program half a second.
package protocol StudyCommandOptions {
    var order: OrderOptions { get }
    var sealing: SealingOptions { get }
    var region: RegionOptions { get }
    var redaction: RedactionOptions { get }
}

extension StudyCommandOptions {
    /// - Throws: `FileError` and `OperationFailure` for a file that cannot be used; `ProtocolError` for a text that is too long.
    package func studyChoices() throws -> StudyChoices {
        StudyChoices(
            sealing: try sealing.choices(region: try region.choices(), redaction: try redaction.policy()), details: try order.details())
    }
}

/// The choices that ``StudyCommandOptions`` make.
package struct StudyChoices: Sendable {
    package let sealing: SealingChoices
    package let details: OrderDetails

    /// For studies that all go to one place.
    func template(_ destination: DestinationArgument) -> OrderTemplate {
        OrderTemplate(
            to: destination.to, address: destination.address, priority: destination.priority, choices: sealing, details: details)
    }
}

/// The clinic's question about a study, and the time by which it wants the answer: sealed, so that the receiver alone can read it.
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

    /// - Throws: `FileError`; `OperationFailure` for a file that is no text; `ProtocolError` for a text that is too long.
    package func details() throws -> OrderDetails {
        let limit = ClinicalOrder.maximumByteCount.history
        let details = OrderDetails(
            question: question, history: try history.map { try TextFile.read($0, limit: limit) }, due: due?.duration, callback: callback)
        try ClinicalOrder(question: details.question, history: details.history, callback: details.callback).check()
        return details
    }
}

// Choices of the engine that a command line names by their raw values.
extension CodecChoice: ExpressibleByArgument {}
extension EffortChoice: ExpressibleByArgument {}
extension Priority: ExpressibleByArgument {}
