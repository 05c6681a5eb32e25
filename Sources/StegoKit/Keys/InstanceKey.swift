import Crypto
import CryptoExtras
import FoundationEssentials

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

    /// The key under which a part of the record is embedded in an image of many frames (docs/formats/embedding.md).
    ///
    /// A UID holds digits and dots alone, so no instance has these keys.
    func part(_ index: Int) -> InstanceKey { InstanceKey(studyKey: studyKey, stegoInstanceUID: "\(stegoInstanceUID) part \(index)") }

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

/// The use of a derived key. Every use has a label of its own, so that no two uses ever share a key.
///
/// The label is the HKDF salt (RFC 5869), the identifier it is bound to (a SOP Instance UID) is the HKDF info. The labels of inner stages
/// begin with `inner-` (``InnerStageKeys``), which none of these does.
public enum KeyLabel: String, CaseIterable, Sendable {
    /// AES-256-GCM key of the sealed record.
    case aes = "aes"
    /// Key check value of the sealed record.
    case recordCheck = "record-check"
    /// AES-256-GCM key of the sealed private element.
    case element = "element"
    /// Key check value of the sealed private element.
    case elementCheck = "element-check"
    /// Content key of the ciphers of the samples (``PixelCiphers``).
    case pixelCipher = "pixel-cipher"
    /// HMAC key of derived UIDs; bound to the study, not to an instance.
    case uid = "uid"
    /// AES-256-GCM key of short heads on the wire; bound to the study, not to an instance.
    case head = "head"
    /// Keyed order in which samples are visited.
    case embeddingPath = "embedding-path"
    /// Encryption and authentication of the parameters and of what is embedded.
    case embeddingParameters = "embedding-parameters"

    /// The label as it enters HKDF; the prefix separates Veilray and its format generation from every other use of a key.
    public var domain: String { Self.domain(of: rawValue) }

    static func domain(of label: String) -> String { "veilray/1 " + label }
}

/// AES-256 in counter mode (NIST SP 800-38A) as a source of key stream.
enum KeyStream {
    /// The first `byteCount` bytes of the stream.
    ///
    /// - Parameter nonce: 12 bytes; the block counter behind it is 32 bits, big endian, from 0: a key and nonce give 64 GiB.
    static func bytes(_ byteCount: Int, key: SymmetricKey, nonce: [UInt8]) -> [UInt8] {
        combined([UInt8](repeating: 0, count: byteCount), key: key, nonce: nonce)
    }

    /// The bytes XOR the stream; the same call takes it off again.
    static func combined(_ bytes: [UInt8], key: SymmetricKey, nonce: [UInt8]) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        do {
            return [UInt8](try AES._CTR.encrypt(bytes, using: key, nonce: AES._CTR.Nonce(nonceBytes: nonce)))
        } catch {
            // swift-crypto throws here for nothing but a wrong nonce or key length, and both are constants of this module.
            fatalError("AES-CTR refused a 12-byte nonce or a 32-byte key: \(error)")
        }
    }
}
