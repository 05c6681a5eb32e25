import Concurrency
import Crypto
import Protocol
import StegoKit

/// A sealer, and what it may be asked for.
struct SealerSetup: Sendable {
    let sealer: InstanceSealer
    /// Whether the study key, sealed to the receiver's long-term key, rides in the stego files.
    let hasCapsule: Bool
    let candidates: EncodingCandidates
}

/// Makes the sealer that fits what the receiver said last, once it has said anything.
actor SealerSource {
    private let key: StudyKey
    private let studyUID: StudyUID
    private let choices: SealingChoices
    private let region: RegionPolicy
    private var terms: SealingTerms?
    /// Whether the receiver has said its terms, now or before; otherwise they are a guess that it may contradict.
    private(set) var areTermsKnown = false
    private var made: SealerSetup?
    private let notice = ChangeNotice()

    /// - Parameter region: what the choices say of regions, with the annotations read.
    init(key: StudyKey, studyUID: StudyUID, choices: SealingChoices, region: RegionPolicy) {
        self.key = key
        self.studyUID = studyUID
        self.choices = choices
        self.region = region
    }

    /// From now on seals as these terms ask.
    ///
    /// - Returns: whether they are others than before.
    /// - Throws: ``ProtocolError``, when a capsule cannot be made for the card; `OperationFailure` when the receiver reads nothing that
    ///   this side writes.
    @discardableResult
    func adopt(_ terms: SealingTerms, of card: Card) throws -> Bool {
        defer { areTermsKnown = true }
        return try seal(by: terms, for: card)
    }

    private func seal(by terms: SealingTerms, for card: Card) throws -> Bool {
        guard terms != self.terms else { return false }
        var options = try choices.options(region: region)
        if terms.keepsStego {
            options.capsule = try Capsule.seal(key.withUnsafeBytes { SymmetricKey(data: $0) }, to: card, studyUID: studyUID).bytes
        }
        made = SealerSetup(
            sealer: InstanceSealer(key: key, options: options), hasCapsule: options.capsule != nil,
            candidates: try choices.encodings(for: terms))
        self.terms = terms
        notice.post()
        return true
    }

    /// Seals as these terms ask unless others are known by now.
    func adoptFirst(_ terms: SealingTerms, of card: Card) throws {
        if self.terms == nil { _ = try seal(by: terms, for: card) }
    }

    /// Suspends until terms are known.
    ///
    /// - Throws: `CancellationError`.
    func current() async throws -> SealerSetup {
        while true {
            let seen = notice.count
            if let made { return made }
            try await notice.change(after: seen)
        }
    }
}
