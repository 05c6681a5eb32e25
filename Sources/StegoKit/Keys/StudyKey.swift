import Crypto
import FoundationEssentials

/// The 32 random bytes from which every key of one study in one transfer is derived.
///
/// The bytes are reachable only through ``withUnsafeBytes(_:)``; descriptions and mirrors show none of them.
public struct StudyKey: Sendable, Equatable {
    /// Length in bytes.
    public static let byteCount = 32

    let material: SymmetricKey

    /// A fresh key from the system's random generator.
    public init() {
        material = SymmetricKey(size: .bits256)
    }

    /// A key that travelled or was stored.
    ///
    /// - Parameter bytes: exactly ``byteCount`` bytes.
    /// - Throws: ``SealingError`` with code `invalidKey` when the length differs.
    public init(bytes: some Sequence<UInt8>) throws(SealingError) {
        let bytes = Array(bytes)
        guard bytes.count == Self.byteCount else { throw .invalidKey(byteCount: bytes.count) }
        material = SymmetricKey(data: bytes)
    }

    /// A key without secrecy, for trials that leave nothing behind.
    init(constant: UInt8) {
        material = SymmetricKey(data: [UInt8](repeating: constant, count: Self.byteCount))
    }

    /// Lends the key's bytes, for encapsulation or for a key file.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // The buffer lent by SymmetricKey is valid for the duration of the closure only and is not kept.
        let outcome: Swift.Result<Result, Failure> = material.withUnsafeBytes { buffer in
            do throws(Failure) { return .success(try body(buffer)) } catch { return .failure(error) }
        }
        return try outcome.get()
    }

    /// HKDF-SHA-256 (RFC 5869) with the label as salt and the identifier as info.
    func derive(_ label: KeyLabel, identifier: String) -> SymmetricKey {
        derive(domain: label.domain, identifier: identifier)
    }

    func derive(domain: String, identifier: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: material, salt: Array(domain.utf8), info: Array(identifier.utf8), outputByteCount: Self.byteCount)
    }
}

extension StudyKey: CustomStringConvertible, CustomReflectable {
    public var description: String { "StudyKey(secret)" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension StudyKey {
    /// The UID that stands for an original UID in the stego study: the same original gives the same UID, and nobody without
    /// the key can tell which original it was.
    ///
    /// The first 16 bytes of HMAC-SHA-256 under the `uid` key become a version 8 UUID (RFC 9562 §5.8), written as
    /// `2.25.<decimal>` (PS3.5 B.2). At most 44 characters.
    ///
    /// - Parameter original: the UID as it stands in the original, without padding.
    public func derivedUID(for original: String) -> String {
        let key = derive(.uid, identifier: "")
        var bytes = Array(HMAC<SHA256>.authenticationCode(for: Array(original.utf8), using: key).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let value = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        return "2.25.\(value)"
    }
}
