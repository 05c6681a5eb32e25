import SeededRandomness
import Testing

@testable import Basics

@Suite struct ByteSearchTests {
    @Test func sameBytes() {
        #expect([UInt8]().isSame(as: []))
        #expect(![1].isSame(as: []) && ![UInt8]().isSame(as: [1]) && ![1, 2].isSame(as: [1]))
        #expect([1, 2, 3].isSame(as: [1, 2, 3]) && ![1, 2, 3].isSame(as: [1, 2, 4]) && ![0, 2, 3].isSame(as: [1, 2, 3]))
    }

    /// As a loop over the bytes says.
    @Test func partsOfRandomBytes() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SplitMix64(seed: seed)
        func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...3, using: &generator) } }
        for _ in 0..<2000 {
            let (whole, part) = (bytes(Int.random(in: 0...40, using: &generator)), bytes(Int.random(in: 0...4, using: &generator)))
            let isThere = part.isEmpty || whole.indices.contains { whole[$0...].starts(with: part) }
            #expect(whole.contains(bytes: part) == isThere, "\(part) in \(whole)")
        }
    }
}
