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
    /// - Throws: `FileError` and `OperationFailure` for a file that cannot be used; `ProtocolError` for what is too long.
    package func studyChoices() throws -> StudyChoices {
        StudyChoices(
            sealing: try sealing.choices(region: try region.choices(), redaction: try redaction.policy()), details: try order.details())
    }
}

/// What ``StudyCommandOptions`` say.
package struct StudyChoices: Sendable {
    package let sealing: SealingChoices
    package let details: OrderDetails

    /// For studies that all go to one place.
    func template(_ destination: DestinationArgument) -> OrderTemplate {
        OrderTemplate(
            to: destination.to, address: destination.address, priority: destination.priority, choices: sealing, details: details)
    }
}
