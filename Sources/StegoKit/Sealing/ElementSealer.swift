/// AES-256-GCM without the DNA stage, for what travels in the private element beside the pixels.
public enum ElementSealer {
    /// Seals under a fresh random 96-bit nonce and the key label `element`.
    ///
    /// - Parameters: as of ``RecordSealer/seal(_:key:associatedData:)``.
    public static func seal(_ plaintext: [UInt8], key: InstanceKey, associatedData: [UInt8]) -> SealedRecord {
        AuthenticatedSeal(kind: .element, key: key)
            .seal(plaintext, nonce: AuthenticatedSeal.freshNonce(), associatedData: associatedData)
    }

    /// Opens what ``seal(_:key:associatedData:)`` made.
    ///
    /// - Throws: ``SealingError``: `notOurs`, `unsupportedVersion`, `truncated`, `wrongKey` or `tampered`; nothing is returned then.
    public static func open(_ sealed: SealedRecord, key: InstanceKey, associatedData: [UInt8]) throws(SealingError) -> [UInt8] {
        try AuthenticatedSeal(kind: .element, key: key).open(sealed, associatedData: associatedData).bytes
    }
}
