import ArgumentParser
import Clinic
import CommandLineSupport
import DICOM
import Protocol
import Sending

/// The receiver of a command's studies, and their priority.
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

/// The receiver of a study, and its priority: `NAME[,stat|routine][,HOST:PORT]`.
package struct DestinationArgument: Sendable {
    let to: String
    let priority: Priority
    let address: PeerAddress?

    init(to: String, priority: Priority, address: PeerAddress?) {
        self.to = to
        self.priority = priority
        self.address = address
    }

    fileprivate init?(_ text: Substring) {
        var parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)[...]
        guard let to = parts.popFirst(), !to.isEmpty else { return nil }
        var (priority, address): (Priority?, PeerAddress?) = (nil, nil)
        for part in parts {
            if priority == nil, let named = Priority(rawValue: part) {
                priority = named
            } else if address == nil, let given = try? PeerAddress(part) {
                address = given
            } else {
                return nil
            }
        }
        self.init(to: to, priority: priority ?? .routine, address: address)
    }
}

/// A called title and what is sent to it: `TITLE=NAME[,stat|routine][,HOST:PORT]`.
package struct DoorRouteArgument: ExpressibleByArgument, Sendable {
    let title: ApplicationEntityTitle
    let destination: DestinationArgument

    package init?(argument: String) {
        guard let sign = argument.firstIndex(of: "="), let title = ApplicationEntityTitle(String(argument[..<sign])),
            let destination = DestinationArgument(argument[argument.index(after: sign)...])
        else { return nil }
        (self.title, self.destination) = (title, destination)
    }
}

/// A folder and where its studies go: `DIR=NAME[,stat|routine][,HOST:PORT]`. The folder's path may have the sign, too.
package struct WatchedFolderArgument: ExpressibleByArgument, Sendable {
    let path: String
    let destination: DestinationArgument

    package init?(argument: String) {
        guard let sign = argument.lastIndex(of: "="), sign != argument.startIndex,
            let destination = DestinationArgument(argument[argument.index(after: sign)...])
        else { return nil }
        (path, self.destination) = (String(argument[..<sign]), destination)
    }

    package func folder(_ studies: StudyChoices) -> ClinicSettings.Folder {
        ClinicSettings.Folder(path: path, template: studies.template(destination))
    }
}
