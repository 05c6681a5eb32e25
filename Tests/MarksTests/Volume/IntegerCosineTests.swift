import Foundation
import SeededRandomness
import Testing

@testable import Marks

@Suite("Integer cosines and roots")
struct IntegerCosineTests {
    @Test("The table is the rounded cosine")
    func table() {
        #expect(IntegerCosine.table.count == IntegerCosine.period)
        for (index, value) in IntegerCosine.table.enumerated() {
            #expect(value == Int32((32_768 * cos(2 * Double.pi * Double(index) / 4096)).rounded()))
        }
    }

    @Test("The fast root is the plain one")
    func roots() {
        var random = SplitMix64(seed: 31)
        let bounds = (0..<25).flatMap { bit -> [Int] in
            let root = 1 << bit + (bit > 2 ? 3 : 0)
            return [root * root - 1, root * root, root * root + 1]
        }
        let chosen = (0..<100_000).map { _ in Int.random(in: 0..<1 << 50, using: &random) >> Int.random(in: 0..<50, using: &random) }
        for value in bounds + chosen where value < 1 << 50 {
            let root = IntegerCosine.root(value)
            #expect(root == IntegerCosine.referenceRoot(value))
            #expect(root * root <= value && (root + 1) * (root + 1) > value)
        }
    }
}
