import Crypto

/// The keys of one stego instance: the study key bound to the instance's stego SOP Instance UID.
///
/// Both sides know the UID from the stego file's plain header; so an instance's keys need nothing else than the study key.
public struct InstanceKey: Sendable, Equatable {
    private let studyKey: StudyKey

    /// The UID that the keys are bound to.
    public let stegoInstanceUID: String

    public init(studyKey: StudyKey, stegoInstanceUID: String) {
        self.studyKey = studyKey
        self.stegoInstanceUID = stegoInstanceUID
    }

    /// The key for one use.
    func key(for label: KeyLabel) -> SymmetricKey {
        key(domain: label.domain)
    }

    /// The key for a use that has no ``KeyLabel``.
    ///
    /// - Parameter suffix: behind the UID, for keys that are bound to more than the instance.
    func key(domain: String, suffix: String = "") -> SymmetricKey {
        studyKey.derive(domain: domain, identifier: stegoInstanceUID + suffix)
    }
}

extension InstanceKey: CustomStringConvertible, CustomReflectable {
    public var description: String { "InstanceKey(secret, for \(stegoInstanceUID))" }
    public var customMirror: Mirror { Mirror(self, children: ["stegoInstanceUID": stegoInstanceUID]) }
}

extension StudyKey {
    /// The keys of the stego instance with this SOP Instance UID.
    public func instanceKey(for stegoInstanceUID: String) -> InstanceKey {
        InstanceKey(studyKey: self, stegoInstanceUID: stegoInstanceUID)
    }
}
