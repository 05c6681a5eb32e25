import Testing

@testable import Basics

@Suite struct LEB128Tests {
    /// The examples of the DWARF standard (version 5, table 7.7).
    @Test(
        arguments: [
            (2, [2]), (127, [0x7F]), (128, [0x80, 0x01]), (129, [0x81, 0x01]), (130, [0x82, 0x01]), (12_857, [0xB9, 0x64]),
        ] as [(UInt64, [UInt8])]) func knownNumbers(_ number: UInt64, _ bytes: [UInt8])
    {
        #expect(Self.bytes(of: number) == bytes)
    }

    @Test(arguments: [0, 1, 127, 128, 300, 16_383, 16_384, 1 << 40, 1 << 63 - 1, 1 << 63, .max] as [UInt64])
    func roundTrip(_ number: UInt64) {
        let bytes = Self.bytes(of: number)
        var rest = (bytes + [7])[...]
        #expect(LEB128.take(from: &rest, mostBytes: 10) == number)
        #expect(rest == [7])
        for count in 0..<bytes.count {
            var cut = bytes[..<count]
            #expect(LEB128.take(from: &cut, mostBytes: 10) == nil)
        }
        var short = bytes[...]
        #expect(LEB128.take(from: &short, mostBytes: bytes.count - 1) == nil)
    }

    @Test func spareBytesAreRead() {
        var rest: ArraySlice<UInt8> = [0x85, 0x80, 0x00, 9]
        #expect(LEB128.take(from: &rest, mostBytes: 3) == 5)
        #expect(rest == [9])
    }

    @Test func numberThatNeverEnds() {
        var rest = [UInt8](repeating: 0xFF, count: 32)[...]
        #expect(LEB128.take(from: &rest, mostBytes: 10) == nil)
    }

    private static func bytes(of number: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        LEB128.append(number, to: &bytes)
        return bytes
    }
}
