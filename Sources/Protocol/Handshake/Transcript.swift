import Crypto

/// Hash over everything that was said in the greeting and over the connection that it was said on.
struct Transcript: Sendable {
    private var hash = SHA256()

    init(_ binding: ChannelBinding) {
        append(Array("veilray/1 transcript".utf8))
        append(binding.exporter)
        append(binding.senderCertificate.bytes)
        append(binding.receiverCertificate.bytes)
    }

    /// Each part is preceded by its length in eight bytes, so that no two sequences of parts hash alike.
    mutating func append(_ part: [UInt8]) {
        withUnsafeBytes(of: UInt64(part.count).bigEndian) { hash.update(bufferPointer: $0) }
        hash.update(data: part)
    }

    var digest: ContentDigest { ContentDigest(hash.finalize()) }

    enum Label: String {
        case hello
        case welcome
    }

    /// What a side signs: its role and all that was said so far.
    func covered(_ label: Label) -> [UInt8] {
        Array("veilray/1 \(label.rawValue)".utf8) + [0] + digest.bytes
    }
}
