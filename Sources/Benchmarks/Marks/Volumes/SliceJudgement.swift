import Marks

/// What is said of one slice, as the programs judge: by the shells alone, or by an identity that is confirmed where they are weak.
struct SliceJudgement {
    let score: Double
    let isConfirmed: Bool
    /// Whether a wrong identity was confirmed, and whether one was asked for.
    let isStrangerConfirmed: Bool
    let isStrangerAsked: Bool

    static let patient = "patient 1"

    /// - Parameters:
    ///   - search: `nil` where the slice shows too little.
    ///   - stranger: an identity that is not the volume's.
    init(_ search: VolumeSearch?, stranger: String) {
        score = search?.finding.score ?? 0
        isStrangerAsked = score >= VolumeDetector.leastToAsk
        isConfirmed = isStrangerAsked && search?.match(Self.patient).isConfirmed ?? false
        isStrangerConfirmed = isStrangerAsked && search?.match(stranger).isConfirmed ?? false
    }

    var isMarked: Bool { score >= VolumeDetector.threshold }
    /// Whether a marked slice is found.
    var isFound: Bool { isMarked || isConfirmed }
    /// Whether an unmarked slice is taken for marked by one of two identities that were asked for.
    var isTakenFor: Bool { isConfirmed || isStrangerConfirmed }
}
