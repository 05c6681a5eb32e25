import Protocol

/// One file that is to be sent.
package struct PlannedInstance: Sendable, Equatable {
    /// Where the file is.
    package let path: String
    /// What the receiver gets to know of it beforehand: its name, size and digest.
    let entry: ManifestEntry
    /// Whether it is a segmentation or a structure set, which says what is of interest in other files.
    var isAnnotation = false

    /// The file's path below the folder that was given, with "/" between the parts.
    package var name: String { entry.path }
}

/// The files of one study, in the order in which they are sent.
package struct StudyPlan: Sendable, Equatable {
    /// The original StudyInstanceUID, or what stands for it where the files have none (``PublicHeader/studyIdentifier(of:)``).
    package let studyUID: String
    package var instances: [PlannedInstance]
    /// Paths of the segmentations and structure sets that may belong to its images: all that were found together with it.
    package var annotationFiles: [String] = []
    /// For the people of this side.
    package var subject: StudySubject?
    /// What its first file says of the order.
    package var headerOrder: HeaderOrder?
}

/// A file that cannot be sent, and why.
package struct RejectedFile: Error, Sendable, Equatable {
    package enum Cause: Sendable, Equatable {
        /// Not DICOM although it was named or looks like it, or damaged.
        case badData
        /// What only lies beside the images: a viewer and its help on a disc, a letter, the disc's directory.
        case foreign
        /// It cannot be read.
        case unreadable
    }

    package let name: String
    package let cause: Cause
    /// Without the file's name or path.
    package let reason: String
}
