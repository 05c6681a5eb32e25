public import Basics

/// The reason that a file cannot be marked or unmarked.
public struct MarkedImagesError: ClassifiedFailure, CustomStringConvertible {
    public let kind: FailureKind

    /// What happened, to which file, and what to do.
    public let description: String

    init(_ kind: FailureKind, _ description: String) {
        (self.kind, self.description) = (kind, description)
    }
}
