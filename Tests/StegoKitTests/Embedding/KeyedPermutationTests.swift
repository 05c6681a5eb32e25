import Testing

@testable import StegoKit

@Suite("Keyed permutation")
struct KeyedPermutationTests {
    @Test("is a permutation at every size, and another under another key")
    func permutes() throws {
        for count in [1, 2, 3, 4, 5, 7, 8, 9, 100, 1_000, 4_097] {
            let path = KeyedPermutation(count: count, key: try TestKeys.instance())
            #expect(Set((0..<count).map { path($0) }) == Set(0..<count), "count \(count)")
        }
        let one = KeyedPermutation(count: 4_096, key: try TestKeys.instance())
        let other = KeyedPermutation(count: 4_096, key: try TestKeys.instance(1))
        #expect((0..<4_096).count { one($0) == other($0) } < 20)
    }

    @Test("spreads: a sixteenth of the path falls evenly into sixteen parts")
    func spreads() throws {
        let path = KeyedPermutation(count: 1 << 16, key: try TestKeys.instance())
        var parts = [Int](repeating: 0, count: 16)
        for index in 0..<4_096 { parts[path(index) >> 12] += 1 }
        #expect(parts.allSatisfy { (180...340).contains($0) })
    }
}
