import Basics
import Files
import Foundation
import Testing

@Suite struct TextFileTests {
    private static let text = "to: lee\nhome: /srv/Praxis Ülkü 🩻\n"

    private static let littleEndian: [UInt8] = text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    private static let bigEndian: [UInt8] = text.utf16.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
    private static let spellings: [[UInt8]] = [
        Array(text.utf8), [0xEF, 0xBB, 0xBF] + Array(text.utf8), [0xFF, 0xFE] + littleEndian, [0xFE, 0xFF] + bigEndian,
    ]

    @Test(arguments: spellings) func everyEditorsText(_ bytes: [UInt8]) throws {
        #expect(try TextFile.text(of: bytes, named: "f.yaml") == Self.text)
    }

    @Test(arguments: [[0x61, 0xE4, 0x0A], [0xFF, 0x00], [0x80]] as [[UInt8]]) func anythingElseIsRefusedByName(_ bytes: [UInt8]) {
        let failure = #expect(throws: OperationFailure.self) { try TextFile.text(of: bytes, named: "f.yaml") }
        #expect(failure?.kind == .invalidRequest)
        #expect(failure?.description.hasPrefix("f.yaml: ") == true)
    }

    @Test func nothingIsText() throws {
        #expect(try TextFile.text(of: [], named: "f") == "")
        #expect(try TextFile.text(of: [0xEF, 0xBB, 0xBF], named: "f") == "")
    }
}
