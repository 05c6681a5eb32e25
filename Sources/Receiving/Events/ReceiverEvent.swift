import Foundation
import Protocol

/// An event at the receiver, for those who show it to a person or a script.
///
/// The values are also the `--json` lines of `veilray-receive`; docs/json/receiving.md lists them.
package enum ReceiverEvent: Sendable {
    case listening(Listening)
    case connected(Connected)
    case disconnected(Disconnected)
    case refused(Refused)
    case instance(Instance)
    case order(Order)
    case study(Study)
    case conflict(Conflict)
    case studyEnd(StudyEnd)
    case studyRefused(StudyRefused)
    case forwarded(Forwarded)
    case forwardingFailed(ForwardingFailed)
    case diskRoom(DiskRoom)
    case folderPresence(FolderPresence)

    package struct Listening: Encodable, Sendable {
        package let event = "listening"
        package let host: String
        package let port: UInt16
        /// How many senders may connect.
        package let trustedCards: Int
    }

    /// A sender's session began.
    package struct Connected: Encodable, Sendable {
        package let event = "connected"
        package let peer: String
        package let address: String
    }

    /// A session ended; with a reason when it was not the sender's goodbye.
    package struct Disconnected: Encodable, Sendable {
        package let event = "disconnected"
        package let peer: String
        package let address: String
        package let reason: String?
    }

    /// Somebody who is not trusted, or who does not speak the protocol.
    package struct Refused: Encodable, Sendable {
        package let event = "refused"
        package let address: String
        package let reason: String
        /// The name that a sender without a trusted card claims.
        package let claimedName: String?
        package let claimedFingerprint: String?

        init(address: String, reason: String, claim: CertificateClaim?) {
            self.address = address
            self.reason = reason
            claimedName = claim?.name.text
            claimedFingerprint = claim?.fingerprint.description
        }
    }

    /// One file: restored, or not and why.
    package struct Instance: Encodable, Sendable {
        package let event = "instance"
        package let name: String
        package var status: Status
        package var study: String?
        package var peer: String?
        package var path: String?
        package var reason: String?
        package var exact: String?
        package var record: String?
        package var stegoBytes: Int?
        package var restoredBytes: Int?
        package var unproven: [String]?
        /// The sender had delivered it before, and the file is still there: it was not sent again.
        package var known: Bool?

        package enum Status: String, Encodable {
            case restored
            case failed
            case withdrawn
        }
    }

    /// A clinic's question about a study that has begun to arrive.
    ///
    /// Its texts are about a patient and are not here: the line may end up in a log. `status` and the completion marker have them.
    package struct Order: Encodable, Sendable {
        package let event = "order"
        package let study: String
        package let transfer: String
        package let peer: String
        package let urgent: Bool
        package let due: String?
        package let hasQuestion: Bool
        package let hasHistory: Bool
        /// Why it cannot be read.
        package let unreadable: String?

        init(_ manifest: Manifest, peer: String, _ order: ClinicalOrder = ClinicalOrder(), unreadable: String? = nil) {
            study = manifest.studyUID.text
            transfer = manifest.transferID.description
            self.peer = peer
            urgent = order.isUrgent
            due = order.due?.formatted(.iso8601)
            hasQuestion = order.question != nil
            hasHistory = order.history != nil
            self.unreadable = unreadable
        }
    }

    package struct Study: Encodable, Sendable {
        package let event = "study"
        package let study: String
        package let peer: String
        package let restored: Int
        package let failed: Int
        package let withdrawn: Int
    }

    /// A file that was set aside, since a different one with its SOPInstanceUID is here.
    package struct Conflict: Encodable, Sendable {
        package let event = "conflict"
        package let name: String
        package let study: String
        package let peer: String
        /// Where it was set aside.
        package let path: String
        /// The file that is here.
        package let other: String
    }

    /// Nothing more is expected of a study: every file of it is in its place and its marker is written, or some files failed.
    package struct StudyEnd: Encodable, Sendable {
        package let event: String
        package let study: String
        package let transfer: String
        package let peer: String
        package let restored: Int
        package let failed: Int
        package let withdrawn: Int
        /// The clinic has given it priority.
        package let urgent: Bool?
        /// The time at which the clinic needs the answer.
        package let due: String?
        /// The folder that its restored files have in common.
        package let folder: String?
        /// For a person at a terminal: the line may end up in a log, which is no place for names of patients.
        package let patient: String?

        private enum CodingKeys: String, CodingKey {
            case event, study, transfer, peer, restored, failed, withdrawn, urgent, due, folder
        }

        /// - Parameter moved: where files are, by position, that are not where the journal has them.
        init(_ study: FinishedStudy, moved: [Int: String] = [:]) {
            event = study.state == .complete ? "complete" : "incomplete"
            self.study = study.studyUID
            transfer = study.transfer.description
            peer = study.peer
            restored = study.instances.count
            failed = study.failed
            withdrawn = study.withdrawn
            urgent = study.order?.isUrgent == true ? true : nil
            due = study.order?.due?.formatted(.iso8601)
            let paths = study.instances.map { moved[$0.position] ?? $0.path }
            folder = RestoredFolder.common(paths.min(), paths.max())
            patient = study.heading.map { [$0.patient, $0.studyDate].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ") }
        }
    }

    /// A study of a trusted peer that is not let in, or cannot be taken.
    package struct StudyRefused: Encodable, Sendable {
        package let event = "studyRefused"
        package let study: String
        package let transfer: String
        package let peer: String
        package let reason: String
    }

    /// Another application has accepted files of a study.
    package struct Forwarded: Encodable, Sendable {
        package let event = "forwarded"
        package let study: String
        package let transfer: String
        package let peer: String
        package let to: String
        /// Files that were accepted this time.
        package let instances: Int
        /// Of the study, that were not accepted.
        package let remaining: Int
        /// Files that were accepted with a warning.
        package let warnings: [Warning]?

        package struct Warning: Encodable, Sendable {
            package let path: String
            package let note: String
        }
    }

    /// A study could not be forwarded, as a whole or in part.
    package struct ForwardingFailed: Encodable, Sendable {
        /// Files that are told of in one event.
        static let mostFiles = 20

        package let event = "forwardingFailed"
        package let study: String
        package let transfer: String
        package let peer: String
        package let to: String
        package let reason: String
        /// Whether it is not tried again by itself.
        package let isOver: Bool
        package let files: [File]?

        package struct File: Encodable, Sendable {
            package let path: String
            package let sopClass: String?
            package let transferSyntax: String?
            package let status: String?
            package let reason: String
            package let permanent: Bool
        }
    }

    /// Senders wait, since the disk has less room than is to be kept free; or they go on.
    package struct DiskRoom: Encodable, Sendable {
        package let event: String
        package let freeBytes: Int
        package let minimumBytes: Int

        init(isEnough: Bool, freeBytes: Int, minimumBytes: Int) {
            event = isEnough ? "diskHasRoom" : "diskIsFull"
            self.freeBytes = freeBytes
            self.minimumBytes = minimumBytes
        }
    }

    /// A folder that files are received into is not there, and senders wait; or it is back.
    package struct FolderPresence: Encodable, Sendable {
        package let event: String
        package let path: String
        package let reason: String?
        package let advice: String?

        init(path: String, _ away: ReceivingError?) {
            event = away == nil ? "folderIsBack" : "folderIsAway"
            self.path = path
            reason = away?.reason
            advice = away?.folderAdvice
        }
    }
}

/// Is told of every event, from any thread.
package protocol ReceiverObserver: Sendable {
    func observe(_ event: ReceiverEvent)
}
