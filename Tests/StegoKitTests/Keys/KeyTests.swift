import Basics
import Testing

@testable import StegoKit

@Suite("Keys")
struct KeyTests {
    @Test("derived keys are those of the second implementation")
    func knownKeys() throws {
        for (name, expected) in KnownAnswers.keys {
            let label = try #require(KeyLabel(rawValue: name))
            let identifier = [.uid, .head].contains(label) ? "" : TestKeys.instanceUID
            #expect(try TestKeys.study().derive(label, identifier: identifier).withUnsafeBytes { hexadecimal($0) } == expected, "\(name)")
        }
        #expect(Set(KnownAnswers.keys.map(\.label)) == Set(KeyLabel.allCases.map(\.rawValue)))
        #expect(KeyLabel.allCases.allSatisfy { !$0.rawValue.hasPrefix("inner-") })
        let stage = InnerStageKeys(for: DNAStage.self, at: 0, key: try TestKeys.instance(), nonce: KnownAnswers.nonce)
        for (use, expected) in KnownAnswers.stageKeys {
            #expect(stage.key(for: use).withUnsafeBytes { hexadecimal($0) } == expected, "\(use)")
        }
    }

    @Test("no two labels, instances or studies share a key")
    func keysDiffer() throws {
        var seen = Set<String>()
        for first in [UInt8(0), 1] {
            for uid in ["1.2.3", "1.2.4"] {
                let instance = try TestKeys.study(first).instanceKey(for: uid)
                for label in KeyLabel.allCases {
                    #expect(seen.insert(instance.key(for: label).withUnsafeBytes { hexadecimal($0) }).inserted)
                }
                for position in 0..<2 {
                    let stage = InnerStageKeys(for: DNAStage.self, at: position, key: instance, nonce: [])
                    #expect(seen.insert(stage.key(for: "rules").withUnsafeBytes { hexadecimal($0) }).inserted)
                }
            }
        }
    }

    @Test("derived UIDs are those of the second implementation, well formed, and differ by key")
    func derivedUIDs() throws {
        for (original, derived) in KnownAnswers.derivedUIDs {
            let uid = try TestKeys.study().derivedUID(for: original)
            #expect(uid == derived)
            #expect(uid.count <= 64)
            #expect(try TestKeys.study(1).derivedUID(for: original) != uid)
            let value = try #require(UInt128(uid.dropFirst(5)))
            #expect(value >> 76 & 0xF == 8, "version")
            #expect(value >> 62 & 0x3 == 2, "variant")
        }
    }

    @Test("descriptions show no secret")
    func descriptions() throws {
        let key = try StudyKey(bytes: [UInt8](repeating: 0xAB, count: 32))
        for text in ["\(key)", String(reflecting: key), "\(key.instanceKey(for: "1.2"))", String(reflecting: key.instanceKey(for: "1.2"))] {
            #expect(!text.lowercased().contains("ab, ") && !text.contains("171") && !text.lowercased().contains("abab"))
        }
        var dumped = ""
        dump(key, to: &dumped)
        #expect(!dumped.contains("171"))
    }

    @Test("random keys differ; keys of the wrong length are refused")
    func lengths() throws {
        #expect(StudyKey() != StudyKey())
        for length in [0, 31, 33] {
            #expect { try StudyKey(bytes: [UInt8](repeating: 0, count: length)) } throws: {
                ($0 as? SealingError)?.code == .invalidKey
            }
        }
        #expect(try TestKeys.study().withUnsafeBytes { Array($0) } == Array(0..<32))
    }
}
