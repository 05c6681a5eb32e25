import Protocol
import Receiving

/// The `--json` lines of commands; docs/json/receiving.md lists them.
extension ReceiverEvent {
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
        /// Whether it is forwarded to the PACS that had the earlier version.
        let forwards: Bool
        /// It had been accepted before; nothing was left to do.
        let isKnown: Bool?
    }

    /// One file in `forward list`: why it was not accepted, or what was remarked.
    struct ForwardingNote: Encodable, Sendable {
        let event = "forwardingNote"
        let transfer: String
        let path: String
        let accepted: Bool
        let note: String
    }

    /// One study in `status`.
    struct StudyStatusLine: Encodable, Sendable {
        let event = "studyStatus"
        let study: String
        let transfer: String
        let peer: String
        /// `false` where its sender's card is not trusted any more.
        let senderTrusted: Bool?
        /// The patient and the study, and the folder of its files, for the people of this side.
        let patientName: String?
        let patientID: String?
        let studyDate: String?
        let studyDescription: String?
        let modality: String?
        /// The clinic's question.
        let urgent: Bool?
        let question: String?
        let history: String?
        let due: String?
        let callback: String?
        let folder: String?
        let state: String
        let opened: String
        let finished: String?
        /// The time at which a person gave the rest of it up; absent again once its sender has come back.
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
            transfer = status.transfer.description
            peer = status.peer
            senderTrusted = isTrusted == false ? false : nil
            patientName = status.heading?.patientName
            patientID = status.heading?.patientID
            studyDate = status.heading?.studyDate
            studyDescription = status.heading?.studyDescription
            modality = status.heading?.modality
            urgent = status.order?.isUrgent == true ? true : nil
            question = status.order?.question
            history = status.order?.history
            due = status.order?.due?.formatted(.iso8601)
            callback = status.order?.callback
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

extension ReceiverEvent.Accepted {
    init(_ result: ConflictAcceptance.Result) {
        self.init(
            study: result.file.studyUID, transfer: result.file.transfer.description, peer: result.file.peer, name: result.file.name,
            from: result.file.path, path: result.path, previous: result.previous, forwards: result.forwards,
            isKnown: result.isKnown ? true : nil)
    }
}
