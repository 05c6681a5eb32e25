import SeededRandomness
import TestSupport
import Testing

@testable import Ciphers

@Suite("DNA stage")
struct DNACipherTests {
    @Test("agrees with the letter-by-letter implementation at every length from 0 to 300")
    func everyLength() throws {
        var generator = SplitMix64(seed: 11)
        for length in 0...300 {
            let padded = (length + 15) / 16 * 16
            let (data, rules, strand) = (generator.bytes(length), generator.bytes(padded), generator.bytes(padded))
            let cipher = DNACipher(streams: try #require(DNAKeyStreams(rules: rules, strand: strand)))
            var bytes = data
            cipher.encrypt(&bytes)
            #expect(bytes == NaiveDNA.encrypt(data, rules: rules, strand: strand), "length \(length)")
            cipher.decrypt(&bytes)
            #expect(bytes == data, "length \(length)")
        }
    }

    @Test("agrees for every pair of rules and every operation", arguments: 0..<8)
    func everyRule(inputRule: Int) throws {
        var generator = SplitMix64(seed: 12)
        for outputRule in 0..<8 {
            for selector in [0, 85, 86, 170, 171, 255] {
                let (data, strand) = (generator.bytes(16), generator.bytes(16))
                var rules = generator.bytes(16)
                (rules[8], rules[9]) = (UInt8(inputRule | outputRule << 3), UInt8(selector))
                let cipher = DNACipher(streams: try #require(DNAKeyStreams(rules: rules, strand: strand)))
                var bytes = data
                cipher.encrypt(&bytes)
                #expect(bytes == NaiveDNA.encrypt(data, rules: rules, strand: strand))
                cipher.decrypt(&bytes)
                #expect(bytes == data)
            }
        }
    }

    @Test("rules are the eight that keep complements, as their table says")
    func rulesKeepComplements() {
        for rule in DNARule.all {
            for pair in 0..<4 {
                let (word, opposite) = (PairWords(repeating: UInt64(pair)), PairWords(repeating: UInt64(3 - pair)))
                let base = NaiveDNA.labels[Int(rule.encode(word)[0] & 3)]
                #expect(base == NaiveDNA.rules[Int(rule.number)][pair])
                let complement = NaiveDNA.labels[Int(rule.encode(opposite)[0] & 3)]
                #expect(NaiveDNA.complements[base] == complement)
                #expect(rule.decode(rule.encode(word)) == word)
            }
        }
        #expect(Set(NaiveDNA.rules.map { String($0) }).count == 8)
    }

    @Test("streams of odd length or unequal lengths are refused")
    func unequalStreams() {
        #expect(DNAKeyStreams(rules: [1], strand: [1]) == nil)
        #expect(DNAKeyStreams(rules: [UInt8](repeating: 0, count: 16), strand: []) == nil)
    }

    @Test("strand text is rule 0, most significant pair first")
    func text() {
        #expect(strandText([0b00_01_10_11, 0xFF, 0x00]) == "ACGTTTTTAAAA")
        #expect(strandText([]) == "")
    }
}
