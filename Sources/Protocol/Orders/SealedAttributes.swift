import Basics
import Crypto
import Foundation

/// Attributes of a study that nobody but its receiver may read: encrypted under the study's key, in one attribute of the manifest.
///
/// A manifest is kept for years as evidence, the study's key until the study is complete. So what is sealed here is as hidden in an
/// archive of manifests as the patients' records are.
enum SealedAttributes {
    static let name: AttributeName = "sealed"
    private static let nonceByteCount = 12
    private static let tagByteCount = 16
    /// Lengths tell little when there are few of them. In bytes.
    private static let padding = 256

    private static func key(_ studyKey: SymmetricKey) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: studyKey, salt: Array("veilray/1 sealed attributes".utf8), info: [UInt8](), outputByteCount: 32)
    }

    /// AES-256-GCM: nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes). The associated data is the transfer's 16 bytes.
    ///
    /// - Throws: ``ProtocolError/Code/manifestInvalid`` when it is more than an attribute takes.
    static func seal(
        _ attributes: ManifestAttributes, for transfer: TransferID, key studyKey: SymmetricKey
    ) throws(ProtocolError) -> ManifestAttribute {
        var plaintext = try attributes.serialized()
        plaintext =
            [
                UInt8(truncatingIfNeeded: plaintext.count >> 16), UInt8(truncatingIfNeeded: plaintext.count >> 8),
                UInt8(truncatingIfNeeded: plaintext.count),
            ] + plaintext
        plaintext += [UInt8](repeating: 0, count: (padding - plaintext.count % padding) % padding)
        do {
            let box = try AES.GCM.seal(plaintext, using: key(studyKey), authenticating: transfer.bytes)
            return try ManifestAttribute(name, .data(Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)))
        } catch let error as ProtocolError {
            throw error
        } catch {
            throw ProtocolError(.misuse, "attributes could not be sealed")
        }
    }

    /// The attributes that a manifest has sealed; none when there is nothing.
    ///
    /// - Throws: ``ProtocolError/Code/manifestInvalid`` when it was not sealed under this key for this transfer.
    static func open(_ manifest: Manifest, key studyKey: SymmetricKey) throws(ProtocolError) -> ManifestAttributes {
        guard let bytes = try manifest.attributes.data(name) else { return .none }
        let overhead = nonceByteCount + tagByteCount
        guard bytes.count >= overhead,
            let nonce = try? AES.GCM.Nonce(data: bytes.prefix(nonceByteCount)),
            let box = try? AES.GCM.SealedBox(
                nonce: nonce, ciphertext: bytes[nonceByteCount..<bytes.count - tagByteCount], tag: bytes.suffix(tagByteCount)),
            let opened = try? AES.GCM.open(box, using: key(studyKey), authenticating: manifest.transferID.bytes), opened.count >= 3
        else { throw ManifestAttributes.unfit(name, "not sealed for this study") }
        let plaintext = Array(opened)
        let length = Int(plaintext[0]) << 16 | Int(plaintext[1]) << 8 | Int(plaintext[2])
        guard length <= plaintext.count - 3 else { throw ManifestAttributes.unfit(name, "sealed with a wrong length") }
        return try ManifestAttributes(serialized: Array(plaintext[3..<3 + length]))
    }
}
