import Files
import Protocol
import StegoKit

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

    /// What a receipt says when a file meets the error, or a session when it ends by it. Places of this side are not among it.
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
    /// What the sender is told about an error.
    init(of error: any Error) {
        self =
            if let error = error as? StegoError {
                InstanceFailure(Code(error.code), error.reason)
            } else {
                ReceivingError(of: error).instanceFailure
            }
    }

    static let diskFull = InstanceFailure(.storageFull, "the receiver's disk is full")

    /// Which folder is for the receiver alone to know.
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
