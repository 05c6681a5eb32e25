import Ciphers

/// DNA coding as an inner stage: number 1.
enum DNAStage: InnerStage {
    static let number: UInt8 = 1
    static let name = "dna"

    static func apply(to bytes: [UInt8], keys: InnerStageKeys) -> [UInt8] {
        var bytes = bytes
        DNACipher(streams: DNAKeyStreams(for: bytes.count, keys.stream)).encrypt(&bytes)
        return bytes
    }

    static func undo(_ bytes: [UInt8], keys: InnerStageKeys) -> [UInt8] {
        var bytes = bytes
        DNACipher(streams: DNAKeyStreams(for: bytes.count, keys.stream)).decrypt(&bytes)
        return bytes
    }
}
