import Crypto
import Foundation

/// How a study key goes from sender to receiver: sealed to the receiver's fresh key, bound to greeting, study and manifest.
///
/// The fresh private key exists in the receiver's memory for the length of the session. Once that is over, nobody can
/// open the recorded traffic, not even with both identities' private keys.
enum StudyKeyExchange {
    struct Sealer: Sendable {
        let freshKey: XWingMLKEM768X25519.PublicKey
        let transcript: ContentDigest

        func seal(_ studyKey: SymmetricKey, study: UInt32, manifest: Manifest) throws(ProtocolError) -> HybridEncryption.Sealed {
            try HybridEncryption.seal(
                studyKey, to: freshKey, info: info(transcript), authenticating: authenticated(study, manifest.digest))
        }
    }

    struct Opener: Sendable {
        let freshKey: XWingMLKEM768X25519.PrivateKey
        let transcript: ContentDigest

        func open(_ sealed: HybridEncryption.Sealed, study: UInt32, manifest: Manifest) throws(ProtocolError) -> SymmetricKey {
            guard
                let key = HybridEncryption.open(
                    sealed, with: freshKey, info: info(transcript), authenticating: authenticated(study, manifest.digest))
            else { throw ProtocolError(.badSignature, "the study key was not sealed for this session; it may have been replayed") }
            return key
        }
    }

    private static func info(_ transcript: ContentDigest) -> [UInt8] {
        Array("veilray/1 study key".utf8) + [0] + transcript.bytes
    }

    private static func authenticated(_ study: UInt32, _ manifest: ContentDigest) -> [UInt8] {
        withUnsafeBytes(of: study.bigEndian) { Array($0) } + manifest.bytes
    }
}
