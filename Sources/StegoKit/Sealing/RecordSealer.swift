/// DNA-coded AES: the DNA stage (``DNACipher``), then AES-256-GCM. The GCM alone carries the security claim.
public enum RecordSealer {
    /// Seals a record under a fresh random 96-bit nonce.
    ///
    /// - Parameters:
    ///   - plaintext: any length.
    ///   - key: the keys of the stego instance that will carry the record.
    ///   - associatedData: what the record is bound to; opening needs the same bytes.
    /// - Returns: ``SealedRecord/overhead`` bytes more than the plaintext.
    public static func seal(_ plaintext: [UInt8], key: InstanceKey, associatedData: [UInt8]) -> SealedRecord {
        seal(plaintext, key: key, associatedData: associatedData, nonce: AuthenticatedSeal.freshNonce())
    }

    static func seal(_ plaintext: [UInt8], key: InstanceKey, associatedData: [UInt8], nonce: [UInt8]) -> SealedRecord {
        var bytes = plaintext
        DNACipher(streams: DNAKeyStreams(byteCount: bytes.count, key: key, nonce: nonce)).encrypt(&bytes)
        return AuthenticatedSeal(kind: .record, key: key).seal(bytes, nonce: nonce, associatedData: associatedData)
    }

    /// Opens what ``seal(_:key:associatedData:)`` made.
    ///
    /// - Throws: ``SealingError``: `notOurs`, `unsupportedVersion`, `truncated`, `wrongKey` or `tampered`; nothing is returned then.
    public static func open(_ sealed: SealedRecord, key: InstanceKey, associatedData: [UInt8]) throws(SealingError) -> [UInt8] {
        var (bytes, nonce) = try AuthenticatedSeal(kind: .record, key: key).open(sealed, associatedData: associatedData)
        DNACipher(streams: DNAKeyStreams(byteCount: bytes.count, key: key, nonce: nonce)).decrypt(&bytes)
        return bytes
    }
}
