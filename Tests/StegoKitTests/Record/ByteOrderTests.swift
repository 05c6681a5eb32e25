import Testing

@testable import StegoKit

@Suite struct ByteOrderTests {
    private let bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9]

    @Test func groups() {
        #expect(ByteOrder.littleEndian.apply(to: bytes) == bytes)
        #expect(ByteOrder.pairsReversed.apply(to: bytes) == [2, 1, 4, 3, 6, 5, 8, 7, 9])
        #expect(ByteOrder.quadsReversed.apply(to: bytes) == [4, 3, 2, 1, 8, 7, 6, 5, 9])
        #expect(ByteOrder.octetsReversed.apply(to: bytes) == [8, 7, 6, 5, 4, 3, 2, 1, 9])
        #expect(ByteOrder.octetsReversed.apply(to: [1, 2]) == [1, 2])
    }

    @Test(arguments: ByteOrder.allCases) func foundByComparing(_ order: ByteOrder) {
        let value = [0] + order.apply(to: bytes)
        #expect(ByteOrder(turning: bytes, into: value[1...]) == order)
    }

    @Test func noOrderServes() {
        #expect(ByteOrder(turning: bytes, into: [3, 2, 1]) == nil)
    }
}
