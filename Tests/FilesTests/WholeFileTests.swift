import Basics
import Files
import Foundation
import TestSupport
import Testing

@testable import Files

@Suite struct WholeFileTests {
    private func failure(_ path: String, limit: Int = WholeFile.maximumByteCount) -> FileError? {
        #expect(throws: FileError.self) { try WholeFile.read(path, limit: limit) }
    }

    @Test func wholeContent() throws {
        let folder = try TemporaryFolder()
        for count in [0, 1, 4096, 3_000_001] {
            let text = String(repeating: "x", count: count)
            #expect(try WholeFile.read(folder.write(text, as: "file")) == Array(text.utf8))
        }
    }

    /// The system says that such a file has no bytes, so all of them are growth.
    @Test func moreThanTheSizeThatWasSaid() throws {
        let path = "/proc/self/maps"
        var status = stat()
        try #require(stat(path, &status) == 0)
        #expect(status.st_size == 0)
        #expect(try WholeFile.read(path).count > 1000)
        #expect(failure(path, limit: 10)?.number == EFBIG)
    }

    @Test func limit() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("12345", as: "file")
        #expect(try WholeFile.read(path, limit: 5).count == 5)
        #expect(failure(path, limit: 4)?.number == EFBIG)
    }

    @Test func moreThanMemoryHolds() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("", as: "sparse")
        try #require(truncate(path, 1 << 42) == 0)
        #expect(failure(path)?.number == EFBIG)
    }

    @Test func missing() throws {
        let folder = try TemporaryFolder()
        let error = failure(folder("nowhere"))
        #expect(error?.number == ENOENT)
        #expect(error?.description == "\(folder("nowhere")): cannot open: No such file or directory")
        #expect(error?.reason == "cannot open: No such file or directory")
    }

    @Test func notARegularFile() throws {
        let folder = try TemporaryFolder()
        try #require(mkfifo(folder("pipe"), 0o600) == 0)
        // Returning at all is the point: nobody writes into the pipe.
        for path in [folder.path, folder("pipe"), "/dev/null"] {
            #expect(failure(path)?.reason.contains("not a regular file") == true, "\(path)")
        }
    }
}

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
