import Protocol

/// What the journal keeps for good of a transfer that it has forgotten otherwise: a reply may come after years, and belongs to the study.
struct ForgottenStudy: Codable, Sendable, Equatable {
    let transferID: TransferID
    /// The receiver.
    let peer: Fingerprint
    /// The clinic's StudyInstanceUID.
    let originalStudyUID: String
}
