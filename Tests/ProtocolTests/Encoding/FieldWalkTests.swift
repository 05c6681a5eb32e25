import Foundation
import Testing

@testable import Protocol

@Suite struct FieldWalkTests {
    @Test func walksAlongEveryKindOfField() {
        // 1: a number of two bytes; 2: eight bytes; 3: "ab"; 4: a group with a number inside; 5: four bytes; 16: nothing.
        let bytes: [UInt8] = [
            0x08, 0x96, 0x01, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x1A, 2, 0x61, 0x62, 0x23, 0x08, 0x01, 0x24, 0x2D, 1, 2, 3, 4, 0x82, 0x01, 0x00,
        ]
        var walk = FieldWalk(bytes)
        var numbers: [UInt64] = []
        while let field = walk.next() {
            numbers.append(field.number)
            if field.number == 3 { #expect(Array(bytes[field.payload]) == [0x61, 0x62]) }
        }
        #expect(numbers == [1, 2, 3, 4, 1, 4, 5, 16])
        #expect(!walk.isBroken)
    }

    @Test(
        arguments: [
            [0x08], [0x08, 0x80], [0x11, 1, 2, 3], [0x1A, 3, 1, 2], [0x2D, 1, 2, 3], [0x0E], [0x0F], [0x80],
            [0x1A] + Array(repeating: 0xFF, count: 9) + [0x01], [0x08] + Array(repeating: 0xFF, count: 11),
        ] as [[UInt8]])
    func brokenFields(bytes: [UInt8]) {
        #expect(FieldWalk.count(of: 1, in: bytes, limit: 10) == nil)
    }

    @Test func countsAsTheDecoderDoes() throws {
        let body = try Fixtures.manifest(count: 7).statement.body
        #expect(FieldWalk.count(of: 5, in: body, limit: 7) == 7)
        #expect(FieldWalk.count(of: 5, in: body, limit: 6) == nil)
        #expect(FieldWalk.count(of: 1, in: body, limit: 7) == 1)
        #expect(FieldWalk.count(of: 9, in: body, limit: 7) == 0)
        #expect(FieldWalk.count(of: 5, in: [], limit: 0) == 0)
    }
}
