/// Seals records: inner stages (``InnerStages``), then AES-256-GCM. The GCM alone carries the security claim.
public enum RecordSealer {
    /// Seals a record under a fresh random 96-bit nonce.
    ///
    /// - Parameters:
    ///   - plaintext: any length.
    ///   - key: the keys of the stego instance that will carry the record.
    ///   - associatedData: what the record is bound to; opening needs the same bytes.
    ///   - stages: what is done to the record before it is enciphered. Opening finds out by itself.
    public static func seal(
        _ plaintext: [UInt8], key: InstanceKey, associatedData: [UInt8], stages: InnerStages = .standard
    ) -> SealedRecord {
        AuthenticatedSeal(kind: .record, key: key)
            .seal(plaintext, stages, nonce: AuthenticatedSeal.freshNonce(), associatedData: associatedData)
    }

    /// Opens what ``seal(_:key:associatedData:stages:)`` made.
    ///
    /// - Throws: ``SealingError``: `notOurs`, `unsupportedVersion`, `truncated`, `wrongKey`, `tampered`, `unknownInnerStage` or `malformed`;
    ///   nothing is returned then.
    public static func open(_ sealed: SealedRecord, key: InstanceKey, associatedData: [UInt8]) throws(SealingError) -> [UInt8] {
        try AuthenticatedSeal(kind: .record, key: key).open(sealed, associatedData: associatedData)
    }
}

/// Seals what travels in the private element beside the pixels: in the same form, with keys of its own and without inner stages.
public enum ElementSealer {
    /// Seals under a fresh random 96-bit nonce.
    ///
    /// - Parameters: as of ``RecordSealer/seal(_:key:associatedData:stages:)``.
    public static func seal(_ plaintext: [UInt8], key: InstanceKey, associatedData: [UInt8]) -> SealedRecord {
        AuthenticatedSeal(kind: .element, key: key)
            .seal(plaintext, .none, nonce: AuthenticatedSeal.freshNonce(), associatedData: associatedData)
    }

    /// Opens what ``seal(_:key:associatedData:)`` made.
    ///
    /// - Throws: ``SealingError``, as ``RecordSealer/open(_:key:associatedData:)``; nothing is returned then.
    public static func open(_ sealed: SealedRecord, key: InstanceKey, associatedData: [UInt8]) throws(SealingError) -> [UInt8] {
        try AuthenticatedSeal(kind: .element, key: key).open(sealed, associatedData: associatedData)
    }
}
