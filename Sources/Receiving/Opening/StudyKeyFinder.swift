import Crypto
import Protocol
import StegoKit

/// Finds the study key of a stored stego file: in its capsule, or else in the keyring.
package struct StudyKeyFinder: Sendable {
    private let identity: Identity
    private let keyring: Keyring

    package init(identity: Identity, keyring: Keyring) {
        self.identity = identity
        self.keyring = keyring
    }

    /// - Throws: ``ProtocolError`` with `capsuleNotForUs`, `capsuleDamaged`, …; `nil` when there is neither capsule nor known key.
    func key(for stego: StegoIdentity) throws -> StudyKey? {
        guard let studyUID = try? StudyUID(stego.studyUID) else { return nil }
        if let bytes = stego.capsule {
            let key = try Capsule(bytes: bytes).open(with: identity, studyUID: studyUID)
            return try StudyKey(bytes: key.withUnsafeBytes { Array($0) })
        }
        do {
            return try StudyKey(bytes: keyring.key(for: studyUID).withUnsafeBytes { Array($0) })
        } catch let error as ProtocolError where error.code == .studyKeyUnknown {
            return nil
        }
    }
}
