import DICOM
import Foundation
import Protocol

/// The figures of how full the inbox is.
struct InboxFigures: Sendable {
    var arrivingStudies = 0
    var oldestArriving: Date?
    /// Instances by state, of studies that are arriving.
    var instances: [InstanceState: Int] = [:]
    var spooledBytes = 0
    var completeStudies = 0
    var incompleteStudies = 0
    var forwardingStudies = 0
    var oldestForwarding: Date?
}

/// One study for `status`.
package struct StudyStatus: Sendable {
    package let transfer: TransferID
    package let studyUID: String
    package let peer: String
    package let sender: Fingerprint
    /// The words of people for it; `nil` while nothing of it is restored, and after it was discarded.
    package let heading: StudyHeading?
    /// The clinic's question; `nil` when it asks nothing, and after the study was discarded.
    package let order: ClinicalOrder?
    /// The folder that its restored files have in common; `nil` while people cannot find any.
    package let folder: String?
    package let state: StudyState
    package let opened: Date
    package let finished: Date?
    /// The time at which a person gave the rest of it up.
    package let discarded: Date?
    package let instances: [InstanceState: Int]
    /// Files that failed for a conflict and that a person has made the current versions since.
    package let accepted: Int
    /// Restored files in whose place a person has accepted others.
    package let replaced: Int
    package let spooledBytes: Int
    package let forwarding: ForwardingState?
    package let forwardingAttempts: Int
    package let forwardingReason: String?
}

extension StudyStatus {
    /// The state in words, with remarks in brackets.
    ///
    /// - Parameter isTrusted: whether the sender's card is trusted now; `nil` where that is not known.
    package func describedState(isTrusted: Bool?) -> String {
        var remarks: [String] = []
        if accepted > 0 { remarks.append("accepted: \(accepted)") }
        if replaced > 0 { remarks.append("replaced: \(replaced)") }
        if state == .arriving, isTrusted == false { remarks.append("sender not trusted") }
        let state = discarded == nil ? self.state.rawValue : "discarded"
        return remarks.isEmpty ? state : "\(state) (\(remarks.joined(separator: ", ")))"
    }
}
