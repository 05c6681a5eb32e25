import Foundation
import Protocol

/// The `--json` lines of `veilray-receive`; docs/json/receiving.md lists them.
enum ReceiverReport {
    struct Listening: Encodable, Sendable {
        let event = "listening"
        let host: String
        let port: UInt16
        /// How many senders may connect.
        let trustedCards: Int
    }

    /// A sender's session began.
    struct Connected: Encodable, Sendable {
        let event = "connected"
        let peer: String
        let address: String
    }

    /// A session ended; with a reason when it was not the sender's goodbye.
    struct Disconnected: Encodable, Sendable {
        let event = "disconnected"
        let peer: String
        let address: String
        let reason: String?
    }

    /// Somebody who is not trusted, or who does not speak the protocol.
    struct Refused: Encodable, Sendable {
        let event = "refused"
        let address: String
        let reason: String
        /// What a sender without a trusted card claims of itself.
        let claimedName: String?
        let claimedFingerprint: String?

        init(address: String, reason: String, claim: CertificateClaim?) {
            self.address = address
            self.reason = reason
            claimedName = claim?.name.text
            claimedFingerprint = claim?.fingerprint.description
        }
    }

    /// One file: restored, or not and why.
    struct Instance: Encodable, Sendable {
        let event = "instance"
        let name: String
        var status: Status
        var study: String?
        var peer: String?
        var path: String?
        var reason: String?
        var exact: String?
        var record: String?
        var stegoBytes: Int?
        var restoredBytes: Int?
        var unproven: [String]?
        /// The sender had delivered it before, and the file is still there: it was not sent again.
        var known: Bool?

        enum Status: String, Encodable {
            case restored
            case failed
            case withdrawn
        }
    }

    struct Study: Encodable, Sendable {
        let event = "study"
        let study: String
        let peer: String
        let restored: Int
        let failed: Int
        let withdrawn: Int
    }

    /// A file that was set aside, since a different one with its SOPInstanceUID is here.
    struct Conflict: Encodable, Sendable {
        let event = "conflict"
        let name: String
        let study: String
        let peer: String
        /// Where it was set aside.
        let path: String
        /// The file that is here.
        let other: String
    }

    /// Nothing more is expected of a study: every file of it is in its place and its marker is written, or some files failed.
    struct StudyEnd: Encodable, Sendable {
        let event: String
        let study: String
        let transfer: String
        let peer: String
        let restored: Int
        let failed: Int
        let withdrawn: Int
        /// The folder that its restored files have in common.
        let folder: String?
        /// For a person at a terminal: the line may end up in a log, which is no place for names of patients.
        let patient: String?

        private enum CodingKeys: String, CodingKey {
            case event, study, transfer, peer, restored, failed, withdrawn, folder
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
            let paths = study.instances.map { moved[$0.position] ?? $0.path }
            folder = Inbox.commonFolder(paths.min(), paths.max())
            patient = study.heading.map { [$0.patient, $0.studyDate].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ") }
        }
    }

    /// A person has made a file that was set aside the current version.
    struct Accepted: Encodable, Sendable {
        let event = "accepted"
        let study: String
        let transfer: String
        let peer: String
        /// The file's path as its sender told it.
        let name: String
        /// Where it was set aside.
        let from: String
        /// Where it is now.
        let path: String
        /// Where the file is that was there until then; absent where there was none any more.
        let previous: String?
        /// Whether it is handed on to the PACS that had the earlier version.
        let forwards: Bool
        /// It had been accepted before; nothing was left to do.
        let isKnown: Bool?
    }

    /// Another application has accepted files of a study.
    struct Forwarded: Encodable, Sendable {
        let event = "forwarded"
        let study: String
        let transfer: String
        let peer: String
        let to: String
        /// Files that were accepted this time.
        let instances: Int
        /// Of the study, that were not accepted.
        let remaining: Int
        /// Files that were accepted with a warning.
        let warnings: [Warning]?

        struct Warning: Encodable, Sendable {
            let path: String
            let note: String
        }

        init(_ study: ForwardingStudy, to target: String, _ accepted: Int, _ outcome: HandingOver.Outcome) {
            self.study = study.studyUID
            transfer = study.transfer.description
            peer = study.peer
            to = target
            instances = accepted
            remaining = outcome.troubles.count
            let warnings = outcome.notes.prefix(ForwardingFailed.mostFiles).map { Warning(path: $0.file.path, note: $0.note ?? "") }
            self.warnings = warnings.isEmpty ? nil : warnings
        }
    }

    /// A study could not be handed on, as a whole or in part.
    struct ForwardingFailed: Encodable, Sendable {
        /// Files that are told of in one event.
        static let mostFiles = 20

        let event = "forwardingFailed"
        let study: String
        let transfer: String
        let peer: String
        let to: String
        let reason: String
        /// Whether it is not tried again by itself.
        let isOver: Bool
        let files: [File]?

        struct File: Encodable, Sendable {
            let path: String
            let sopClass: String?
            let transferSyntax: String?
            let status: String?
            let reason: String
            let permanent: Bool
        }

        init(_ study: ForwardingStudy, to target: String, _ failure: ForwardingFailure, isOver: Bool) {
            self.study = study.studyUID
            transfer = study.transfer.description
            peer = study.peer
            to = target
            reason = failure.reason
            self.isOver = isOver
            let files = failure.troubles.prefix(Self.mostFiles).map {
                File(
                    path: $0.file.path, sopClass: $0.identity?.sopClassUID, transferSyntax: $0.identity?.transferSyntaxUID,
                    status: $0.status, reason: $0.reason, permanent: $0.isPermanent)
            }
            self.files = files.isEmpty ? nil : files
        }
    }

    /// One file in `forward list`: why it was not accepted, or what was remarked.
    struct ForwardingNote: Encodable, Sendable {
        let event = "forwardingNote"
        let transfer: String
        let path: String
        let accepted: Bool
        let note: String
    }

    /// Senders wait, since the disk has less room than is to be kept free; or they go on.
    struct DiskRoom: Encodable, Sendable {
        let event: String
        let freeBytes: Int
        let minimumBytes: Int

        init(isEnough: Bool, freeBytes: Int, minimumBytes: Int) {
            event = isEnough ? "diskHasRoom" : "diskIsFull"
            self.freeBytes = freeBytes
            self.minimumBytes = minimumBytes
        }
    }

    /// A folder that files are received into is not there, and senders wait; or it is back.
    struct FolderPresence: Encodable, Sendable {
        let event: String
        let path: String
        let reason: String?
        let advice: String?

        init(path: String, _ away: FolderAway?) {
            event = away == nil ? "folderIsBack" : "folderIsAway"
            self.path = path
            reason = away?.reason
            advice = away?.advice
        }
    }

    /// One study in `status`.
    struct StudyStatusLine: Encodable, Sendable {
        let event = "studyStatus"
        let study: String
        let transfer: String
        let peer: String
        /// `false` where its sender's card is not trusted any more.
        let senderTrusted: Bool?
        /// Which study it is, and where its files are, for the people of this side.
        let patientName: String?
        let patientID: String?
        let studyDate: String?
        let studyDescription: String?
        let modality: String?
        let folder: String?
        let state: String
        let opened: String
        let finished: String?
        /// When a person gave the rest of it up; absent again once its sender has come back.
        let discarded: String?
        /// By state.
        let instances: [String: Int]
        /// Of those that failed: made the current versions by `accept`.
        let accepted: Int?
        /// Of those that were restored: `accept` has put others in their places.
        let replaced: Int?
        let spooledBytes: Int
        let forwarding: String?
        let forwardingAttempts: Int?
        let forwardingReason: String?

        init(_ status: StudyStatus, isTrusted: Bool? = nil) {
            study = status.studyUID
            transfer = status.transfer
            peer = status.peer
            senderTrusted = isTrusted == false ? false : nil
            patientName = status.heading?.patientName
            patientID = status.heading?.patientID
            studyDate = status.heading?.studyDate
            studyDescription = status.heading?.studyDescription
            modality = status.heading?.modality
            folder = status.folder
            state = status.state.rawValue
            opened = status.opened.formatted(.iso8601)
            finished = status.finished?.formatted(.iso8601)
            discarded = status.discarded?.formatted(.iso8601)
            instances = Dictionary(uniqueKeysWithValues: status.instances.map { ($0.key.rawValue, $0.value) })
            accepted = status.accepted > 0 ? status.accepted : nil
            replaced = status.replaced > 0 ? status.replaced : nil
            spooledBytes = status.spooledBytes
            forwarding = status.forwarding?.rawValue
            forwardingAttempts = status.forwardingAttempts > 0 ? status.forwardingAttempts : nil
            forwardingReason = status.forwardingReason
        }
    }

    struct Stopped: Encodable, Sendable {
        let event = "stopped"
        let studies: Int
    }
}
