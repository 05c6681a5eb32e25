/// Seals records: inner stages (``InnerStages``), then AES-256-GCM. The GCM alone carries the security claim.
public enum RecordSealer {
    /// Seals a record under a fresh random 96-bit nonce.
    ///
    /// - Parameters:
    ///   - plaintext: any length.
    ///   - key: the keys of the stego instance that will carry the record.
    ///   - associatedData: what the record is bound to; opening needs the same bytes.
    ///   - stages: what is done to the record before it is enciphered. Opening finds out by itself.
    /// - Throws: ``SealingError`` `unavailable` where this machine lacks a stage's algorithm.
    public static func seal(
        _ plaintext: [UInt8], key: InstanceKey, associatedData: [UInt8], stages: InnerStages = .standard
    ) throws(SealingError) -> SealedRecord {
        try AuthenticatedSeal(kind: .record, key: key)
            .seal(plaintext, stages, nonce: AuthenticatedSeal.freshNonce(), associatedData: associatedData)
    }

    /// Opens what ``seal(_:key:associatedData:stages:)`` made.
    ///
    /// - Throws: ``SealingError``: `notOurs`, `unsupportedVersion`, `truncated`, `wrongKey`, `tampered`, `unknownInnerStage`, `malformed` or `unavailable`;
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
    /// - Throws: ``SealingError`` `unavailable`.
    public static func seal(_ plaintext: [UInt8], key: InstanceKey, associatedData: [UInt8]) throws(SealingError) -> SealedRecord {
        try AuthenticatedSeal(kind: .element, key: key)
            .seal(plaintext, .none, nonce: AuthenticatedSeal.freshNonce(), associatedData: associatedData)
    }

    /// Opens what ``seal(_:key:associatedData:)`` made.
    ///
    /// - Throws: ``SealingError``, as ``RecordSealer/open(_:key:associatedData:)``; nothing is returned then.
    public static func open(_ sealed: SealedRecord, key: InstanceKey, associatedData: [UInt8]) throws(SealingError) -> [UInt8] {
        try AuthenticatedSeal(kind: .element, key: key).open(sealed, associatedData: associatedData)
    }
}

/// The result of sealing: the bytes that travel.
///
/// | bytes | what |
/// | ----- | ---- |
/// | 1     | kind in the high four bits (`D` record, `E` element), format version in the low four |
/// | 4     | key check value |
/// | 12    | nonce |
/// | n     | ciphertext of the list of inner stages (``InnerStages``) and of what they made of the plaintext |
/// | 16    | AES-256-GCM tag |
public struct SealedRecord: Hashable, Sendable {
    /// The bytes that AES-256-GCM adds to those that it seals.
    public static let overhead = 1 + checkByteCount + nonceByteCount + tagByteCount

    static let checkByteCount = 4
    static let nonceByteCount = 12
    static let tagByteCount = 16

    /// The whole, as it is embedded, stored or sent.
    public let bytes: [UInt8]

    /// Takes bytes that came from elsewhere; they are judged when they are opened.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    init(lead: UInt8, check: [UInt8], nonce: [UInt8], ciphertext: [UInt8], tag: [UInt8]) {
        bytes = [lead] + check + nonce + ciphertext + tag
    }

    /// The parts of bytes that are long enough to have them.
    struct Parts {
        let lead: UInt8
        let check: ArraySlice<UInt8>
        let nonce: ArraySlice<UInt8>
        let ciphertext: ArraySlice<UInt8>
        let tag: ArraySlice<UInt8>
    }

    func parts() throws(SealingError) -> Parts {
        guard bytes.count >= Self.overhead else { throw .truncated(byteCount: bytes.count, expected: Self.overhead) }
        let nonceStart = 1 + Self.checkByteCount
        let ciphertextStart = nonceStart + Self.nonceByteCount
        let tagStart = bytes.count - Self.tagByteCount
        return Parts(
            lead: bytes[0],
            check: bytes[1..<nonceStart],
            nonce: bytes[nonceStart..<ciphertextStart],
            ciphertext: bytes[ciphertextStart..<tagStart],
            tag: bytes[tagStart...]
        )
    }
}
