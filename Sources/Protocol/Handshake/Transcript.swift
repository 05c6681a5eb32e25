import Basics
import Crypto

/// Hash over everything that was said in the greeting and over the connection that it was said on.
struct Transcript: Sendable {
    private var hash = SHA256()

    init(_ binding: ChannelBinding) {
        append(Array("veilray/1 transcript".utf8))
        append(binding.exporter)
        append(binding.initiatorCertificate.bytes)
        append(binding.responderCertificate.bytes)
    }

    /// Each part is preceded by its length in eight bytes, so that no two sequences of parts hash alike.
    mutating func append(_ part: [UInt8]) {
        withUnsafeBytes(of: UInt64(part.count).bigEndian) { hash.update(bufferPointer: $0) }
        hash.update(data: part)
    }

    var digest: ContentDigest { ContentDigest(hash.finalize()) }

    /// What a side signs: its role and all that was said so far.
    func covered(by role: HandshakeRole) -> [UInt8] {
        let kind: SignedStatement.Kind = role == .initiator ? .initiatorGreeting : .responderGreeting
        return kind.prefix + digest.bytes
    }
}

extension SignedStatement.Kind {
    /// Signed as statements are, so that no statement passes as a greeting.
    fileprivate static let initiatorGreeting = SignedStatement.Kind("initiator greeting")
    fileprivate static let responderGreeting = SignedStatement.Kind("responder greeting")
}
