import Ciphers
import SeededRandomness
import TestSupport
import Testing

@testable import StegoKit

@Suite("Ciphers as inner stages")
struct CipherStageTests {
    private let binding: [UInt8] = Array("bound to this".utf8)

    @Test("every cipher is a stage, with a number that never changes")
    func numbers() {
        #expect(
            InnerStages.registry.map { "\($0.number) \($0.name)" } == [
                "1 dna", "2 pixel-shuffle", "3 triangular-propeller", "4 quantum-des", "5 homomorphic", "6 arnold-aes", "7 policy-tree",
                "8 chaotic-stream", "9 chaotic-block-shuffle", "10 subkey-rounds", "11 blowfish-signcryption", "12 huffman-blowfish",
                "13 aes-gcm", "14 permutation", "15 addition",
            ])
        #expect(Set(InnerStages.registry.map { $0.name }) == Set(CipherName.allCases.map(\.rawValue)))
    }

    @Test("a record comes back from every stage, at every length", arguments: CipherName.allCases)
    func roundTrip(cipher: CipherName) throws {
        let key = try TestKeys.instance()
        let stages = try InnerStages(names: [cipher.rawValue])
        var generator = SplitMix64(seed: 61)
        for length in [0, 1, 2, 3, 8, 15, 16, 17, 99, 100, 101, 1000, 3333] {
            let record = generator.bytes(length)
            let sealed = try RecordSealer.seal(record, key: key, associatedData: binding, stages: stages)
            #expect(try RecordSealer.open(sealed, key: key, associatedData: binding) == record, "\(length) bytes")
        }
    }

    @Test("stages in a row are undone, last first, and have keys of their own")
    func chains() throws {
        let key = try TestKeys.instance()
        var generator = SplitMix64(seed: 62)
        let record = generator.bytes(500)
        for names in [
            ["dna", "permutation", "addition"], ["arnold-aes", "arnold-aes"],
            ["huffman-blowfish", "quantum-des", "pixel-shuffle", "chaotic-stream", "aes-gcm", "subkey-rounds", "policy-tree", "dna"],
        ] {
            let sealed = try RecordSealer.seal(record, key: key, associatedData: binding, stages: try InnerStages(names: names))
            #expect(try RecordSealer.open(sealed, key: key, associatedData: binding) == record)
        }
        let keys = { InnerStageKeys(for: AdditionStage.self, at: $0, key: key, nonce: [UInt8](repeating: $1, count: 12)) }
        let outputs = try [keys(0, 0), keys(1, 0), keys(0, 1)].map { try AdditionStage.apply(to: record, keys: $0) }
        #expect(Set(outputs).count == 3)
    }

    @Test("authentic nonsense is a typed error", arguments: CipherName.allCases)
    func nonsense(cipher: CipherName) throws {
        let number = try #require(InnerStages.registry.first { $0.name == cipher.rawValue }).number
        let key = try TestKeys.instance()
        var generator = SplitMix64(seed: 63)
        for length in [0, 3, 4, 5, 20, 60] {
            for first in [UInt8(0), 1, 4, 255] {
                let bytes = [1, number, first] + generator.bytes(length)
                do throws(SealingError) {
                    _ = try InnerStages.undo(bytes, key: key, nonce: [UInt8](repeating: 0, count: 12))
                } catch {
                    #expect(error.code == .malformed, "\(error)")
                }
            }
        }
    }
}
