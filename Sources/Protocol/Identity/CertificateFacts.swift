import Crypto
import Foundation
import SwiftASN1
import X509

/// What this module wants to know of an X.509 certificate.
struct CertificateFacts {
    let commonName: String
    /// Ed25519, 32 bytes.
    let publicKey: [UInt8]
    /// Its validity.
    let start: Date
    let end: Date
    /// Whether its own key has signed it, as it is.
    let isSelfSigned: Bool

    /// `nil` when `der` is no certificate for an Ed25519 key with a common name.
    init?(der: [UInt8]) {
        guard let certificate = try? Certificate(derEncoded: der),
            let key = Curve25519.Signing.PublicKey(certificate.publicKey)
        else { return nil }
        let names = certificate.subject.flatMap { $0 }.filter { $0.type == .RDNAttributeType.commonName }
        guard let name = names.first.flatMap({ String($0.value) }) else { return nil }
        commonName = name
        publicKey = Array(key.rawRepresentation)
        start = certificate.notValidBefore
        end = certificate.notValidAfter
        isSelfSigned = certificate.publicKey.isValidSignature(certificate.signature, for: certificate)
    }
}
