import DICOM
import DICOMNetwork
import Foundation

/// A file that another application did not take, and why: it names file, SOP class, transfer syntax and status as far as they are known.
struct ForwardingTrouble: Sendable {
    let file: ForwardingStudy.File
    let identity: StorageIdentity?
    /// Four hexadecimal digits, where the other application answered.
    let status: String?
    let reason: String
    /// Whether the same file will fare no better however often it is sent.
    let isPermanent: Bool

    var description: String {
        let name = (file.path as NSString).lastPathComponent
        let kind = identity.map { " (SOP class \($0.sopClassUID), transfer syntax \($0.transferSyntaxUID))" } ?? ""
        return "\(name)\(kind): \(reason)"
    }

    /// The first few of them in one sentence.
    static func summary(of troubles: [ForwardingTrouble]) -> String {
        let told = troubles.prefix(3).map(\.description).joined(separator: "; ")
        return troubles.count > 3 ? "\(told); and \(troubles.count - 3) more files" : told
    }
}

extension ForwardingTrouble {
    static func missing(_ file: ForwardingStudy.File) -> ForwardingTrouble {
        ForwardingTrouble(file: file, identity: nil, status: nil, reason: "the file is no longer there", isPermanent: true)
    }

    static func unreadable(_ file: ForwardingStudy.File, _ reason: String, isPermanent: Bool) -> ForwardingTrouble {
        ForwardingTrouble(file: file, identity: nil, status: nil, reason: reason, isPermanent: isPermanent)
    }

    static func failed(_ file: ForwardingStudy.File, _ identity: StorageIdentity, _ status: StoreStatus) -> ForwardingTrouble {
        ForwardingTrouble(
            file: file, identity: identity, status: status.digits, reason: status.description, isPermanent: status.isPermanent)
    }

    /// - Parameter result: of the presentation context (PS3.8 table 9-18).
    static func refused(_ file: ForwardingStudy.File, _ identity: StorageIdentity, _ result: UInt8) -> ForwardingTrouble {
        let reason =
            switch result {
            case 1: "its user refuses this SOP class"
            case 3: "it does not take this SOP class"
            case 4: "it does not take this SOP class in this transfer syntax"
            default: "it refuses this SOP class without a reason"
            }
        return ForwardingTrouble(file: file, identity: identity, status: nil, reason: reason, isPermanent: true)
    }

    static func cut(_ file: ForwardingStudy.File, _ identity: StorageIdentity, _ failure: AssociationFailure) -> ForwardingTrouble {
        ForwardingTrouble(
            file: file, identity: identity, status: nil, reason: "\(failure) while this file was sent", isPermanent: false)
    }
}

/// The time for which a study is tried that another application does not take.
enum ForwardingPatience {
    /// For files that will never be taken: a person may just be setting the other application up.
    static let permanentAttempts = 3
    /// For reasons that may pass: this long, and this many attempts, since clocks are set.
    static let passing = (days: 7.0, attempts: 20)

    /// Whether a study that was just tried is given up. An application that is away never ends it.
    ///
    /// - Parameters:
    ///   - attempts: with the last one.
    ///   - since: when the study was complete.
    static func isOver(_ troubles: [ForwardingTrouble], attempts: Int, since: Date, now: Date) -> Bool {
        if troubles.allSatisfy(\.isPermanent) { return attempts >= permanentAttempts }
        return attempts >= passing.attempts && now.timeIntervalSince(since) >= passing.days * 86_400
    }
}

extension ReceiverEvent.Forwarded {
    /// - Parameter accepted: files that were accepted this time.
    init(_ study: ForwardingStudy, to target: String, _ accepted: Int, _ outcome: ForwardJob.Outcome) {
        let warnings = outcome.notes.prefix(ReceiverEvent.ForwardingFailed.mostFiles).map {
            Warning(path: $0.file.path, note: $0.note ?? "")
        }
        self.init(
            study: study.studyUID, transfer: study.transfer.description, peer: study.peer, to: target, instances: accepted,
            remaining: outcome.troubles.count, warnings: warnings.isEmpty ? nil : warnings)
    }
}

extension ReceiverEvent.ForwardingFailed {
    /// - Parameter isOver: whether it is not tried again by itself.
    init(_ study: ForwardingStudy, to target: String, _ failure: ForwardingFailure, isOver: Bool) {
        let files = failure.troubles.prefix(Self.mostFiles).map {
            File(
                path: $0.file.path, sopClass: $0.identity?.sopClassUID, transferSyntax: $0.identity?.transferSyntaxUID,
                status: $0.status, reason: $0.reason, permanent: $0.isPermanent)
        }
        self.init(
            study: study.studyUID, transfer: study.transfer.description, peer: study.peer, to: target, reason: failure.reason,
            isOver: isOver, files: files.isEmpty ? nil : files)
    }
}
