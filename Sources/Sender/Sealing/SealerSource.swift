import Crypto
import Protocol
import StegoKit

/// Makes the sealer that fits what the receiver said last, once it has said anything.
actor SealerSource {
    private let key: StudyKey
    private let studyUID: StudyUID
    private let choices: SealingChoices
    private let region: RegionPolicy
    private var terms: SealingTerms?
    private var made: (sealer: InstanceSealer, options: SealOptions)?
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
    /// - Throws: ``ProtocolError``, when a capsule cannot be made for the card.
    func adopt(_ terms: SealingTerms, of card: Card) throws {
        guard terms != self.terms else { return }
        var options = try choices.options(for: terms, region: region)
        if terms.keepsStego {
            options.capsule = try Capsule.seal(key.withUnsafeBytes { SymmetricKey(data: $0) }, to: card, studyUID: studyUID).bytes
        }
        self.terms = terms
        made = (InstanceSealer(key: key, options: options), options)
        notice.post()
    }

    /// Suspends until terms are known.
    ///
    /// - Throws: `CancellationError`.
    func current() async throws -> (InstanceSealer, SealOptions) {
        while true {
            let seen = notice.count
            if let made { return made }
            try await notice.change(after: seen)
        }
    }
}
