import Basics
import Crypto
import Foundation

/// The roles in a handshake: the initiator dials and speaks first, the responder answers.
enum HandshakeRole: String, Sendable {
    case initiator
    case responder

    var other: HandshakeRole { self == .initiator ? .responder : .initiator }
}

/// A private key of one session only.
typealias FreshKey = XWingMLKEM768X25519.PrivateKey

/// The way of a study key from source to sink: sealed to the sink's fresh key, bound to greeting, direction, study and manifest.
///
/// The fresh private key exists in the sink's memory for the length of the session. Once that is over, nobody can
/// open the recorded traffic, not even with both identities' private keys.
enum StudyKeyExchange {
    struct Sealer: Sendable {
        let freshKey: XWingMLKEM768X25519.PublicKey
        let transcript: ContentDigest
        let source: HandshakeRole

        func seal(_ studyKey: SymmetricKey, study: UInt32, manifest: Manifest) throws(ProtocolError) -> HybridEncryption.Sealed {
            try HybridEncryption.seal(
                studyKey, to: freshKey, info: info(source, transcript), authenticating: authenticated(study, manifest.digest))
        }
    }

    struct Opener: Sendable {
        let freshKey: FreshKey
        let transcript: ContentDigest
        let source: HandshakeRole

        func open(_ sealed: HybridEncryption.Sealed, study: UInt32, manifest: Manifest) throws(ProtocolError) -> SymmetricKey {
            guard
                let key = HybridEncryption.open(
                    sealed, with: freshKey, info: info(source, transcript), authenticating: authenticated(study, manifest.digest))
            else { throw ProtocolError(.badSignature, "the study key was not sealed for this session; it may have been replayed") }
            return key
        }
    }

    static func newFreshKey() throws(ProtocolError) -> FreshKey {
        do {
            return try FreshKey()
        } catch {
            throw ProtocolError(.keyFileDamaged, "no session key could be made: \(error)")
        }
    }

    static func info(_ source: HandshakeRole, _ transcript: ContentDigest) -> [UInt8] {
        Array("veilray/1 study key from \(source.rawValue)".utf8) + [0] + transcript.bytes
    }

    static func authenticated(_ study: UInt32, _ manifest: ContentDigest) -> [UInt8] {
        withUnsafeBytes(of: study.bigEndian) { Array($0) } + manifest.bytes
    }
}
