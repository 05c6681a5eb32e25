import Basics
import DICOM
import Foundation
import Protocol
import StegoKit

/// The progress of one instance. Raw values are in the journal.
package enum InstanceState: String, Sendable, CaseIterable {
    /// Nothing of it is here for certain.
    case awaited
    /// The spool holds the beginning, as much as `durable` says.
    case arriving
    /// The spool holds all of it.
    case arrived
    /// The file is at its destination, compared and synced; its receipt may be signed.
    case restored
    /// It cannot be restored, and trying again would not help.
    case failed
    /// The sender could not send it, or it was given up here.
    case withdrawn
}

/// The progress of one study. Raw values are in the journal.
package enum StudyState: String, Sendable, CaseIterable {
    /// Instances are missing or not yet restored.
    case arriving
    /// Every instance of the manifest is restored.
    case complete
    /// Nothing more is expected, but some instances failed, were withdrawn or were given up here.
    case incomplete
}

/// The progress of forwarding a study. Raw values are in the journal; NULL for studies that nobody wants forwarded.
package enum ForwardingState: String, Sendable {
    case waiting
    case done
    /// The other application does not take some of it, and trying again would not help; a person decides.
    case refused
    /// A person has ended it.
    case dropped
}

/// The place of a stego file's bytes in the spool: one range of one segment.
struct SpoolLocation: Sendable, Hashable {
    let segment: Int
    let start: Int
}

/// The final outcome of an instance, and its time: all that its receipt says, so that the same receipt can be signed again.
struct CommittedOutcome: Sendable, Hashable {
    let outcome: InstanceOutcome
    let date: Date

    /// - Parameter date: rounded to the milliseconds that receipts and the journal keep.
    init(_ outcome: InstanceOutcome, date: Date = Date()) {
        self.outcome = outcome
        self.date = Timestamp.date(trusted: Timestamp.milliseconds(date))
    }
}

/// An instance as the journal knows it.
struct InstanceRecord: Sendable, Hashable {
    /// Place in the manifest.
    let position: Int
    let path: String
    /// Of the original.
    let byteCount: Int
    /// Of the original.
    let digest: ContentDigest
    let state: InstanceState
    /// The stego file that is arriving or has arrived.
    let stego: StegoPart?
    /// For `restored` and `failed`.
    let outcome: CommittedOutcome?

    /// How much of which stego file is in the spool, down to the disk.
    struct StegoPart: Sendable, Hashable {
        let digest: ContentDigest
        let byteCount: Int
        let location: SpoolLocation
        let durable: Int
    }
}

/// An instance that is in the spool as a whole and waits to be restored.
struct ArrivedInstance: Sendable, Hashable {
    let transfer: TransferID
    /// StudyInstanceUID of the stego files.
    let studyUID: String
    let peer: String
    let sender: Fingerprint
    let position: Int
    let path: String
    let digest: ContentDigest
    /// Of the original, as the manifest claims.
    let byteCount: Int
    let stegoBytes: Int
    let stegoDigest: ContentDigest
    let location: SpoolLocation
    /// The codecs that the sender's session agreed on.
    var codecs = Set(StegoCodec.allCases)
    /// The folder of its study below that of restored files; `nil` where the layout gives the file its place.
    var place: String?
    /// How often restoring it was begun, the attempt that is under way or due included, since a program last ended in order.
    var attempts = 0
}

/// The entry for the journal about an instance that has come to its end.
struct InstanceCommit: Sendable {
    let transfer: TransferID
    let position: Int
    let result: CommittedOutcome
    let stegoBytes: Int?
    /// Where the restored file is, also one that was set aside for a conflict.
    let published: String?
    var sopInstanceUID: String?
    /// The words of people for the study, from this file's header.
    var heading: StudyHeading?
    /// Of a file that was restored and set aside for a conflict: what it is, should somebody accept it.
    var setAside: InstanceOutcome?
}

/// The wish to publish a file under its SOPInstanceUID.
struct UIDClaim: Sendable {
    let transfer: TransferID
    let position: Int
    /// Of the original.
    let digest: ContentDigest
    let uid: String
}

/// The journal's answer once commits are entered.
struct CommitResult: Sendable {
    /// Of each commit, in their order: its own, or the one that was there before.
    var results: [CommittedOutcome] = []
    /// Studies that came to their end.
    var finished: [TransferID: StudyState] = [:]
}
