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

/// The DNA stage a second time, letter by letter on strings, from the tables of docs/formats/dna-aes.md; shares nothing with the word-parallel one.
enum NaiveDNA {
    /// The bases of 00, 01, 10, 11.
    static let rules: [[Character]] = ["ACGT", "AGCT", "CATG", "CTAG", "GTAC", "GATC", "TGCA", "TCGA"].map(Array.init)
    static let labels: [Character] = Array("ACGT")
    static let complements: [Character: Character] = ["A": "T", "T": "A", "C": "G", "G": "C"]

    static func pairs(_ bytes: [UInt8]) -> [Int] {
        bytes.flatMap { byte in [0, 2, 4, 6].map { Int(byte >> UInt8($0)) & 3 } }
    }

    static func bytes(_ pairs: [Int]) -> [UInt8] {
        stride(from: 0, to: pairs.count, by: 4).map { start in
            UInt8(pairs[start..<start + 4].reversed().reduce(0) { $0 * 4 + $1 })
        }
    }

    static func label(_ base: Character) -> Int { labels.firstIndex(of: base) ?? -1 }

    static func encrypt(_ data: [UInt8], rules stream: [UInt8], strand: [UInt8]) -> [UInt8] {
        let keyStrand = pairs(strand).map { labels[$0] }
        return bytes(
            pairs(data).enumerated().map { number, pair in
                let start = number / 64 * 16
                let (inputRule, outputRule) = (Int(stream[start + 8]) % 8, Int(stream[start + 8]) / 8 % 8)
                let (left, right) = (label(rules[inputRule][pair]), label(keyStrand[number]))
                let combined =
                    switch Int(stream[start + 9]) * 3 / 256 {
                    case 0: (left + right) % 4
                    case 1: (left - right + 4) % 4
                    default: left ^ right
                    }
                var base = labels[combined]
                let (word, position) = (number % 64 / 32, number % 32)
                let maskBit = 2 * position + word
                if stream[start + maskBit / 8] >> UInt8(maskBit % 8) & 1 == 1 { base = complements[base] ?? "-" }
                return rules[outputRule].firstIndex(of: base) ?? -1
            })
    }
}
