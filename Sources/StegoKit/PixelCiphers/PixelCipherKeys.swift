import Basics
import Ciphers

/// What opens the enciphered samples of a file, besides its key; part of the record.
///
/// Bytes: nonce (12), SHA-256 of the enciphered samples (32), number of ciphers (1), then the number of each as an inner stage
/// (docs/formats/cipher-containers.md).
struct PixelCipherKeys: Equatable, Sendable {
    static let nonceByteCount = 12

    /// In the order of their application.
    let names: [CipherName]
    let nonce: [UInt8]
    /// Of the enciphered samples.
    let digest: ContentDigest

    var encoded: [UInt8] {
        nonce + digest.bytes + [UInt8(truncatingIfNeeded: names.count)] + names.compactMap { InnerStages.stage(named: $0.rawValue)?.number }
    }

    init(names: [CipherName], nonce: [UInt8], digest: ContentDigest) {
        self.names = names
        self.nonce = nonce
        self.digest = digest
    }

    /// - Throws: `RecordReader.Malformed`, also for a cipher that this version does not know.
    init(_ reader: inout RecordReader) throws(RecordReader.Malformed) {
        nonce = try reader.fixed(Self.nonceByteCount)
        guard let digest = ContentDigest(bytes: try reader.fixed(ContentDigest.byteCount)) else { throw RecordReader.Malformed() }
        self.digest = digest
        let count = Int(try reader.byte())
        guard (1...CipherChain.maximumCount).contains(count) else { throw RecordReader.Malformed() }
        var names: [CipherName] = []
        for number in try reader.fixed(count) {
            guard let name = InnerStages.stage(numbered: number).flatMap({ CipherName(rawValue: $0.name) }) else {
                throw RecordReader.Malformed()
            }
            names.append(name)
        }
        self.names = names
    }
}
