import StegoKit

/// One file that is to be sent.
struct PlannedInstance: Sendable, Equatable {
    /// Where the file is.
    let path: String
    /// The file's name as the receiver gets to know it: its path below the folder that was given, with "/" between the parts.
    let name: String
    let byteCount: Int
    let digest: InstanceDigest
}

/// The files of one study, in the order in which they are sent.
struct StudyPlan: Sendable, Equatable {
    /// The original StudyInstanceUID, or what stands for it where the files have none (``PublicHeader/studyIdentifier(of:)``).
    let studyUID: String
    var instances: [PlannedInstance]
}

/// A file that cannot be sent, and why.
struct RejectedFile: Sendable, Equatable {
    enum Cause: Sendable, Equatable {
        /// Not DICOM, or damaged.
        case badData
        /// It cannot be read.
        case unreadable
    }

    let name: String
    let cause: Cause
    let reason: String
}
