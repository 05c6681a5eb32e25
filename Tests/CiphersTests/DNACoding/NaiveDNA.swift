@testable import Ciphers

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
