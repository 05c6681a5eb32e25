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
