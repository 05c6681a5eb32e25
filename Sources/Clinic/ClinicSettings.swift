import DICOMNetwork
import Protocol
import Replying
import Sending

/// The work of a clinic's service beside delivering the studies in the outbox.
package struct ClinicSettings: Sendable {
    /// Where modalities are listened to, and what they may do.
    package struct Modalities: Sendable {
        package var ports: DoorListener.Ports
        package var rules: DoorRules
        package var routes: [DoorRoute]
        /// Has a folder for each title.
        package var folder: String
        package var timing: Door.Timing
        /// `nil` where storage commitment is not offered.
        package var commitments: StorageCommitments?

        package init(
            ports: DoorListener.Ports, rules: DoorRules, routes: [DoorRoute], folder: String, timing: Door.Timing,
            commitments: StorageCommitments? = nil
        ) {
            self.ports = ports
            self.rules = rules
            self.routes = routes
            self.folder = folder
            self.timing = timing
            self.commitments = commitments
        }
    }

    /// A folder that is watched, and what its studies get.
    package struct Folder: Sendable {
        package let path: String
        package let template: OrderTemplate

        package init(path: String, template: OrderTemplate) {
            self.path = path
            self.template = template
        }
    }

    /// The peers with whom sessions for replies are held; all whose addresses are known, unless a name is given.
    package struct Replies: Sendable {
        package var choices: ReplyChoices
        package var to: String?
        package var address: PeerAddress?

        package init(choices: ReplyChoices, to: String? = nil, address: PeerAddress? = nil) {
            self.choices = choices
            self.to = to
            self.address = address
        }
    }

    /// `nil` where no modality is listened to.
    package var modalities: Modalities?
    package var folders: [Folder] = []
    package var folderTiming = WatchedFolder.Timing()
    /// `nil` where replies are left to others.
    package var replies: Replies?
    /// Whether the studies of the folder are delivered and no others, or everything that waits in the outbox.
    package var deliversOwn = false
    /// For how long nothing may go forward before a study is left alone for a while; `nil` for ever.
    package var patience: Duration?

    package init() {}

    /// - Throws: `OperationFailure` for a receiver that is not trusted or whose address is not known: told now, and not by the first study.
    func check(_ resources: DeliveryResources) throws {
        for template in (modalities?.routes ?? []).map(\.template) + folders.map(\.template) { try template.check(resources) }
    }
}
