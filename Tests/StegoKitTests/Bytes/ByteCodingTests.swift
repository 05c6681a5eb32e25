import Testing

@testable import StegoKit

@Suite struct ByteCodingTests {
    @Test(arguments: [0, 1, 127, 128, 300, 16_383, 16_384, 1 << 40, Int.max])
    func numberRoundTrip(_ number: Int) throws {
        var writer = ByteWriter()
        writer.put(number: number)
        var reader = RecordReader(writer.bytes)
        #expect(try reader.number() == number)
        #expect(reader.isAtEnd)
    }

    @Test func numberThatNeverEnds() {
        var reader = RecordReader([UInt8](repeating: 0xFF, count: 32))
        #expect(throws: RecordReader.Malformed.self) { try reader.number() }
    }

    @Test func countPastTheEnd() {
        var reader = RecordReader([5, 1, 2, 3] as [UInt8])
        #expect(throws: RecordReader.Malformed.self) { try reader.counted() }
    }

    @Test func slicesKeepTheirIndices() throws {
        let bytes: [UInt8] = [9, 9, 2, 7, 8]
        var reader = RecordReader(bytes[2...])
        #expect(try reader.counted() == [7, 8])
    }
}

@Suite struct NumberedPartsTests {
    private func parts(_ values: [Int: [UInt8]]) -> NumberedParts {
        var parts = NumberedParts()
        for (number, value) in values { parts[number] = value }
        return parts
    }

    @Test func ascendingWhateverTheOrder() throws {
        let parts = parts([300: [1], 2: [], 7: [5, 6]])
        #expect(parts.encoded == [2, 0, 7, 2, 5, 6, 0xAC, 0x02, 1, 1])
        #expect(try NumberedParts(decoding: parts.encoded) == parts)
        #expect(parts[7] == [5, 6])
        #expect(parts[3] == nil)
    }

    @Test(arguments: [[7, 1, 5, 2, 0], [2, 0, 2, 0], [2], [2, 3, 1], [0x80]] as [[UInt8]]) func damaged(_ bytes: [UInt8]) {
        #expect(throws: RecordReader.Malformed.self) { try NumberedParts(decoding: bytes) }
    }

    @Test func oddNumbersAreCritical() throws {
        let parts = parts([1: [1], 2: [2], 4: [4]])
        #expect(try parts.unknown(besides: [1, 4]) == [.init(number: 2, value: [2])])
        #expect(throws: NumberedParts.UnknownCritical(number: 1)) { try parts.unknown(besides: [2, 4]) }
    }

    @Test func aPartIsReplacedAndRemoved() {
        var parts = parts([1: [1], 3: [3]])
        parts[1] = [9]
        parts[3] = nil
        #expect(parts == self.parts([1: [9]]))
    }
}
