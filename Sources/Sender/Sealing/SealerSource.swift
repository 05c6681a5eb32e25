import Crypto
import Protocol
import StegoKit

/// Makes the sealer that fits what the receiver said last, once it has said anything.
actor SealerSource {
    private let key: StudyKey
    private let studyUID: StudyUID
    private let choices: SealingChoices
    private var terms: SealingTerms?
    private var made: (sealer: InstanceSealer, options: SealOptions)?
    private let notice = ChangeNotice()

    init(key: StudyKey, studyUID: StudyUID, choices: SealingChoices) {
        self.key = key
        self.studyUID = studyUID
        self.choices = choices
    }

    /// From now on seals as these terms ask.
    ///
    /// - Returns: whether they are others than before.
    /// - Throws: ``ProtocolError``, when a capsule cannot be made for the card; ``CommandFailure``, when nothing fits the terms.
    @discardableResult
    func adopt(_ terms: SealingTerms, of card: Card) throws -> Bool {
        guard terms != self.terms else { return false }
        var options = try choices.options(for: terms)
        if terms.keepsStego {
            options.capsule = try Capsule.seal(key.withUnsafeBytes { SymmetricKey(data: $0) }, to: card, studyUID: studyUID).bytes
        }
        self.terms = terms
        made = (InstanceSealer(key: key, options: options), options)
        notice.post()
        return true
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
