import ArgumentParser
import CommandLineSupport
import Protocol
import Sending

/// Who gets the studies of a command, and how urgently.
package struct DestinationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The receiver, by the name under which its card is trusted.", valueName: "name"),
        completion: PeerNames.completion)
    package var to: String

    @Option(help: ArgumentHelp("Where the receiver listens; by default the address on its card.", valueName: "host:port"))
    var address: String?

    @Option(help: ArgumentHelp("stat goes before everything that is routine, also before a study under way.", valueName: "priority"))
    package var priority: Priority = .routine

    package init() {}

    /// - Throws: `ProtocolError` for an address that is none.
    package func givenAddress() throws -> PeerAddress? { try address.map { try PeerAddress($0) } }

    /// - Throws: as ``givenAddress()``.
    package func template(_ studies: StudyChoices) throws -> OrderTemplate {
        OrderTemplate(
            to: to, address: try givenAddress(), priority: priority, choices: studies.sealing, details: studies.details)
    }
}
