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
