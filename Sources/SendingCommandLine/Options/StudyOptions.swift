import ArgumentParser
import Sending

/// What is asked of every study, and how it is sealed.
package struct StudyOptions: ParsableArguments {
    @OptionGroup(title: "Order") var order: OrderOptions
    @OptionGroup(title: "Sealing") var sealing: SealingOptions
    @OptionGroup(title: "Region of interest") var region: RegionOptions
    @OptionGroup(title: "Text in the pixels") var redaction: RedactionOptions

    package init() {}

    /// - Throws: `FileError` and `OperationFailure` for a file that cannot be used; `ProtocolError` for what is too long.
    package func choices() throws -> StudyChoices {
        StudyChoices(
            sealing: try sealing.choices(region: try region.choices(), redaction: try redaction.policy()), details: try order.details())
    }
}

/// What ``StudyOptions`` say.
package struct StudyChoices: Sendable {
    package let sealing: SealingChoices
    package let details: OrderDetails

    /// For studies that all go to one place.
    func template(_ destination: DestinationArgument) -> OrderTemplate {
        OrderTemplate(
            to: destination.to, address: destination.address, priority: destination.priority, choices: sealing, details: details)
    }
}
