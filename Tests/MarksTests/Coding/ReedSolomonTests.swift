import SeededRandomness
import Testing

@testable import Marks

@Suite("Reed–Solomon codes over 2¹⁶ elements")
struct ReedSolomonTests {
    private static func word(_ random: inout SplitMix64) -> ShareWord {
        ShareWord(symbols: SIMD4((0..<4).map { _ in UInt16.random(in: .min ... .max, using: &random) }))
    }

    @Test("The multiplier of one element is the field's product")
    func multiplier() {
        var random = SplitMix64(seed: 4)
        var multiplier = FieldMultiplier()
        for _ in 0..<200 {
            let (factor, word) = (UInt16.random(in: 0 ... .max, using: &random), Self.word(&random))
            multiplier.set(factor)
            var products = word
            products.lanes = multiplier.withProducts { $0(word.lanes) }
            #expect((0..<4).allSatisfy { products.symbols[$0] == BinaryField.shared.product(word.symbols[$0], factor) })
        }
    }

    @Test("The field's product is the polynomials' product modulo 1100Bh")
    func product() {
        func slow(_ left: UInt16, _ right: UInt16) -> UInt16 {
            var (product, factor) = (UInt32(0), UInt32(left))
            for bit in 0..<16 {
                if right >> UInt16(bit) & 1 == 1 { product ^= factor }
                factor <<= 1
                if factor & 0x10000 != 0 { factor ^= 0x1100B }
            }
            return UInt16(product)
        }
        var random = SplitMix64(seed: 1)
        for _ in 0..<2000 {
            let (left, right) = (UInt16.random(in: 0 ... .max, using: &random), UInt16.random(in: 0 ... .max, using: &random))
            #expect(BinaryField.shared.product(left, right) == slow(left, right))
            if left != 0 { #expect(BinaryField.shared.product(left, BinaryField.shared.inverse(left)) == 1) }
        }
    }

    @Test("Any shares give the message back, its length unknown", arguments: [1, 2, 3, 17, 100])
    func erasures(count: Int) throws {
        var random = SplitMix64(seed: UInt64(count))
        var message = (0..<count).map { _ in Self.word(&random) }
        message[count - 1].symbols[0] |= 1
        let points = Array((1...UInt16(2 * count + 8)).shuffled(using: &random).prefix(count + 2))
        let shares = ReedSolomon.shares(of: message, at: points)
        #expect(ReedSolomon.message(at: points, shares) == message)
        #expect(ReedSolomon.message(of: count, at: points, shares) == message)
    }

    @Test("Wrong shares are corrected up to half of the surplus", arguments: [(10, 21, 5), (40, 100, 30), (60, 61, 0)])
    func errors(count: Int, points: Int, wrong: Int) throws {
        var random = SplitMix64(seed: UInt64(points))
        let message = (0..<count).map { _ in Self.word(&random) }
        let points = Array((1...UInt16(points)).shuffled(using: &random))
        var shares = ReedSolomon.shares(of: message, at: points)
        for index in (0..<shares.count).shuffled(using: &random).prefix(wrong) { shares[index] = Self.word(&random) }
        #expect(ReedSolomon.correctedMessage(of: count, at: points, shares) == message)
    }

    @Test("More wrong shares than that give no message")
    func tooMany() {
        var random = SplitMix64(seed: 3)
        let message = (0..<20).map { _ in Self.word(&random) }
        let points = Array(UInt16(1)...40)
        var shares = ReedSolomon.shares(of: message, at: points)
        for index in 0..<15 { shares[index] = Self.word(&random) }
        #expect(ReedSolomon.correctedMessage(of: 20, at: points, shares) == nil)
    }
}
