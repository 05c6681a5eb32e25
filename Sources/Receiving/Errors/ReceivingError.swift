import Basics
import Files
import Protocol
import StegoKit

/// An error of this module: a code to switch on, a sentence for a person, the place that it concerns, and what it means to a sender.
///
/// A reason names no place of this side, so that it may be told to a sender.
struct ReceivingError: ClassifiedFailure, Sendable, Hashable, CustomStringConvertible {
    enum Code: String, Sendable, Hashable, CaseIterable {
        // Studies that are not let in
        /// A transfer is known with another sender or another manifest.
        case transferConflict
        case tooManyStudies
        case tooManyManifestBytes
        case tooManyFiles
        /// As many studies as there may be are in the folder that one more belongs into.
        case folderIsFull
        /// The card of a file's sender was removed. The file stays in the spool.
        case senderNotTrusted

        // Folders that files are received into; what has come waits in the spool
        /// Nothing can be opened there.
        case folderUnreachable
        /// A folder is there that was never received into, such as a bare mount point.
        case folderUnmarked
        /// Another folder is there.
        case folderIsAnother
        /// Another folder is there than at the beginning, and this one cannot be accepted: the journal is in the same place.
        case folderReplaced

        // Files
        /// A file of another content stands where this one belongs, even under a name that holds the digest.
        case nameTaken
        /// The arrived bytes of a file are not in the spool any more, or are something else. They have to come again.
        case spoolLoss
        /// The arrived files cannot be stored for the moment. They are kept; the sender may come again later.
        case storageFull
        case storageFailure

        /// A value in the journal makes no sense: it was damaged, or written by something else.
        case journalDamaged
        case other
    }

    let code: Code
    /// What happened.
    let reason: String
    /// The file or folder of this side that it concerns.
    let path: String?

    init(_ code: Code, _ reason: String, path: String? = nil) {
        self.code = code
        self.reason = reason
        self.path = path
    }

    var description: String { path.map { "\($0): \(reason)" } ?? reason }

    var kind: FailureKind {
        switch code {
        case .transferConflict, .nameTaken, .journalDamaged, .other: .badData
        case .tooManyStudies, .tooManyManifestBytes, .tooManyFiles, .folderIsFull, .spoolLoss: .temporary
        case .senderNotTrusted: .notTrusted
        case .folderUnreachable, .folderUnmarked, .folderIsAnother, .folderReplaced, .storageFull, .storageFailure: .fileAccess
        }
    }

    /// Whether a folder that files are received into is not there for the moment.
    var isFolderAway: Bool {
        switch code {
        case .folderUnreachable, .folderUnmarked, .folderIsAnother, .folderReplaced: true
        default: false
        }
    }
}

extension ReceivingError {
    static let transferConflict = ReceivingError(.transferConflict, "this transfer is known with another sender or another manifest")

    static let senderNotTrusted = ReceivingError(.senderNotTrusted, "the sender's card is not trusted any more")

    static let spoolLoss = ReceivingError(.spoolLoss, "what had arrived of it is not in the spool any more; it has to come again")

    static let journalDamaged = ReceivingError(.journalDamaged, "the inbox's journal holds a value that makes no sense")

    static func tooManyStudies(_ limit: Int) -> ReceivingError {
        ReceivingError(.tooManyStudies, "\(limit) studies of this sender have not come to their end here; try again later")
    }

    static let tooManyManifestBytes = ReceivingError(
        .tooManyManifestBytes, "the manifests of studies that have not come to their end here take too much room; try again later")

    static let tooManyFiles = ReceivingError(
        .tooManyFiles, "the studies that are being received have too many files together; try again later")

    static func folderIsFull(_ limit: Int) -> ReceivingError {
        ReceivingError(.folderIsFull, "there are \(limit) replies to this study already; no more are taken")
    }

    static func nameTaken(_ path: String) -> ReceivingError {
        ReceivingError(.nameTaken, "another file has this name; it was left alone", path: path)
    }

    /// The arrived files cannot be stored for the moment, for this reason.
    static func storage(_ failure: InstanceFailure) -> ReceivingError {
        ReceivingError(failure.code == .storageFull ? .storageFull : .storageFailure, failure.text)
    }
}

extension Optional {
    /// A value that must be in the journal.
    ///
    /// - Throws: ``ReceivingError`` `.journalDamaged`
    func orDamaged() throws(ReceivingError) -> Wrapped {
        guard let self else { throw .journalDamaged }
        return self
    }
}

extension ReceivingError {
    /// Any error as one of this module.
    init(of error: any Error) {
        self =
            switch error {
            case let error as ReceivingError: error
            case let error as FileError where error.isDiskFull: .storage(.diskFull)
            case let error as FileError: ReceivingError(.storageFailure, "the receiver \(error.reason)", path: error.path)
            default: ReceivingError(.other, "\(error)")
            }
    }

    /// The code by which a session ends that meets the error.
    var abortCode: AbortCode {
        switch code {
        // No end for the sender: it comes again, but for a conflict.
        case .transferConflict, .tooManyStudies, .tooManyManifestBytes, .tooManyFiles: .refused
        case .folderIsFull: .limitExceeded
        case .senderNotTrusted: .notTrusted
        case .storageFull: .storageFull
        case .folderUnreachable, .folderUnmarked, .folderIsAnother, .folderReplaced, .nameTaken, .spoolLoss, .storageFailure,
            .journalDamaged, .other:
            .internalFailure
        }
    }

    /// The failure that a receipt states when a file meets the error, or a session when it ends by it. Places of this side are not among
    /// it.
    var instanceFailure: InstanceFailure {
        switch code {
        case .storageFull: InstanceFailure(.storageFull, reason)
        case .storageFailure: InstanceFailure(.storageFailure, reason)
        case .folderUnreachable, .folderUnmarked, .folderIsAnother, .folderReplaced: .folderAway
        case .nameTaken: InstanceFailure(.conflict, "another file has this name and digest at the receiver")
        case .spoolLoss: InstanceFailure(.damagedOnTheWay, reason)
        case .transferConflict, .tooManyStudies, .tooManyManifestBytes, .tooManyFiles, .folderIsFull, .senderNotTrusted:
            InstanceFailure(.other, reason)
        case .journalDamaged, .other: InstanceFailure(.other, "something failed at the receiver")
        }
    }
}

extension InstanceFailure {
    /// The failure that the sender is told for an error.
    init(of error: any Error) {
        self =
            if let error = error as? StegoError {
                InstanceFailure(Code(error.code), error.reason)
            } else {
                ReceivingError(of: error).instanceFailure
            }
    }

    static let diskFull = InstanceFailure(.storageFull, "the receiver's disk is full")

    /// The folder's name is for the receiver alone to know.
    static let folderAway = InstanceFailure(.storageFailure, "the receiver's folder is not there for the moment")

    /// The program has ended again and again while it was restoring this file.
    static let endsTheReceiver = InstanceFailure(
        .unsupported, "the receiver's program ended several times while it was restoring this file alone")
}

extension InstanceFailure.Code {
    init(_ code: StegoError.Code) {
        self =
            switch code {
            case .unreadable, .notStego, .elementMissing: .notStego
            case .wrongKey: .wrongKey
            case .tampered: .tampered
            case .malformedRecord, .unexpectedCodec, .tooLarge: .unsupported
            case .digestMismatch, .notReversible, .identifying: .digestMismatch
            }
    }
}
