import CLinux
import Concurrency
import Foundation
import TestSupport
import Testing

@testable import Files

@Suite struct AtomicFileTests {
    private static func publish(
        _ text: String, as path: String, mode: mode_t = 0o644, _ naming: UnpublishedFile.Naming = .unnamed
    ) throws -> AtomicFile.Publication {
        try AtomicFile.publish(Array(text.utf8), as: path, mode: mode, naming: naming)
    }

    @Test(
        arguments: [
            ("a/b", "a"), ("/a", "/"), ("a", "."), ("ab", "."), ("é", "."), ("a/", "."), ("a//b//", "a"), ("//a", "/"), ("/", "/"),
            ("//", "/"),
            ("", "."), (".", "."), ("../a", ".."), ("/a/b c/d", "/a/b c"),
        ]) func theFolderOfAPath(path: String, parent: String)
    {
        #expect(AtomicFile.parent(of: path) == parent)
    }

    @Test(arguments: UnpublishedFile.Naming.allCases) func everyPublication(_ naming: UnpublishedFile.Naming) throws {
        let folder = try TemporaryFolder()
        let path = folder("a/b/file.dcm")
        #expect(try Self.publish("content", as: path, naming) == .written)
        #expect(try Self.publish("content", as: path, naming) == .alreadyThere)
        #expect(try Self.publish("another", as: path, naming) == .occupied)
        #expect(try Self.publish("longer content", as: path, naming) == .occupied)
        #expect(folder.text("a/b/file.dcm") == "content")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("a/b")) == ["file.dcm"])
    }

    @Test(arguments: UnpublishedFile.Naming.allCases) func emptyFile(_ naming: UnpublishedFile.Naming) throws {
        let folder = try TemporaryFolder()
        #expect(try Self.publish("", as: folder("empty"), naming) == .written)
        #expect(folder.text("empty") == "")
    }

    @Test(arguments: UnpublishedFile.Naming.allCases) func nothingIsLeftBehindOnFailure(_ naming: UnpublishedFile.Naming) throws {
        let folder = try TemporaryFolder()
        let tooLong = String(repeating: "n", count: 300)
        let error = #expect(throws: FileError.self) { try Self.publish("content", as: folder(tooLong), naming) }
        #expect(error?.number == ENAMETOOLONG)
        #expect(error?.path == folder(tooLong))
        #expect(try folder.names.isEmpty)
    }

    @Test(arguments: UnpublishedFile.Naming.allCases) func aFolderOfTheNameIsLeftAlone(_ naming: UnpublishedFile.Naming) throws {
        let folder = try TemporaryFolder()
        try folder.write("inside", as: "taken/file")
        #expect(try Self.publish("content", as: folder("taken"), naming) == .occupied)
        #expect(try folder.names == ["taken"])
        #expect(folder.text("taken/file") == "inside")
    }

    @Test(arguments: UnpublishedFile.Naming.allCases) func aLinkOfTheNameIsNotWrittenThrough(_ naming: UnpublishedFile.Naming) throws {
        let folder = try TemporaryFolder()
        try folder.link("link", to: folder("elsewhere"))
        #expect(try Self.publish("content", as: folder("link"), naming) == .occupied)
        #expect(try folder.names == ["link"])
    }

    @Test func aFileWhereAFolderShouldBe() throws {
        let folder = try TemporaryFolder()
        try folder.write("", as: "file")
        let error = #expect(throws: FileError.self) { try Self.publish("content", as: folder("file/inside/name")) }
        #expect(error?.description.contains(folder("file")) == true)
        #expect(error?.reason.contains(folder.path) == false)
    }

    @Test(arguments: UnpublishedFile.Naming.allCases, [0o600, 0o400, 0o700] as [mode_t])
    func modeBits(_ naming: UnpublishedFile.Naming, _ mode: mode_t) throws {
        let folder = try TemporaryFolder()
        _ = try Self.publish("content", as: folder("file"), mode: mode, naming)
        var status = stat()
        #expect(stat(folder("file"), &status) == 0)
        #expect(status.st_mode & 0o777 == mode)
    }

    @Test(arguments: UnpublishedFile.Naming.allCases) func oneOfManyPublishersWins(_ naming: UnpublishedFile.Naming) async throws {
        let folder = try TemporaryFolder()
        let contents = (1...16).map { String(repeating: "\($0) ", count: 10_000) }
        let results = try await Self.publishAtOnce(contents, as: folder("file"), naming)
        #expect(results.count { $0 == .written } == 1)
        #expect(results.count { $0 == .occupied } == 15)
        #expect(contents.contains(folder.text("file") ?? ""))
        #expect(try folder.names == ["file"])
    }

    @Test(arguments: UnpublishedFile.Naming.allCases) func publishersOfOneContentAgree(_ naming: UnpublishedFile.Naming) async throws {
        let folder = try TemporaryFolder()
        let results = try await Self.publishAtOnce(Array(repeating: "the same", count: 16), as: folder("new/folder/file"), naming)
        #expect(results.count { $0 == .written } == 1)
        #expect(results.count { $0 == .alreadyThere } == 15)
        #expect(folder.text("new/folder/file") == "the same")
    }

    private static func publishAtOnce(
        _ contents: [String], as path: String, _ naming: UnpublishedFile.Naming
    ) async throws -> [AtomicFile.Publication] {
        var results: [AtomicFile.Publication] = []
        try await WorkerPool(label: "test", width: contents.count).forEach(contents) { content in
            try publish(content, as: path, naming)
        } receive: {
            results.append($0)
        }
        return results
    }

    /// What stands in for a link where the file system has none.
    @Test func renamingReplacesNothing() throws {
        let folder = try TemporaryFolder()
        let from = try folder.write("new", as: "from")
        try folder.write("old", as: "to")
        #expect(CLinux_rename_without_replacing(from, folder("to")) == -1)
        #expect(errno == EEXIST)
        #expect(folder.text("to") == "old")
        #expect(CLinux_rename_without_replacing(from, folder("free")) == 0)
        #expect(folder.text("free") == "new")
        #expect(try folder.names == ["free", "to"])
    }

    // MARK: Replacing and moving

    @Test func replacingLeavesTheNewFileOnly() throws {
        let folder = try TemporaryFolder()
        for content in ["one", "two", ""] {
            try AtomicFile.replace(folder("sub/a"), with: Array(content.utf8), mode: 0o600)
            #expect(folder.text("sub/a") == content)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("sub")) == ["a"])
        #expect(try FileManager.default.attributesOfItem(atPath: folder("sub/a"))[.posixPermissions] as? Int == 0o600)
    }

    /// Also on file systems that refuse renameat2(2)'s flag, as NFS does, or know no links.
    @Test(arguments: NewName.Way.allCases) func movingNeverReplaces(_ way: NewName.Way) throws {
        func move(_ path: String, to destination: String) throws -> Bool {
            try AtomicFile.move(path, to: destination, beginningWith: way)
        }
        let folder = try TemporaryFolder()
        let (from, to) = (try folder.write("one", as: "a"), folder("x/y/b"))
        #expect(try move(from, to: to))
        #expect(folder.text("x/y/b") == "one")
        #expect(folder.text("a") == nil)
        try folder.write("two", as: "a")
        #expect(try !move(from, to: to))
        #expect(folder.text("x/y/b") == "one")
        #expect(folder.text("a") == "two")
        try folder.link("x/dangling", to: "nowhere")
        #expect(try !move(from, to: folder("x/dangling")))
        #expect(throws: FileError.self) { try move(folder("nowhere"), to: folder("c")) }
    }

    /// As where a kill came between the two names: the file is there, and the next try is told so.
    @Test(arguments: NewName.Way.allCases) func aFileWithBothNamesIsNotLost(_ way: NewName.Way) throws {
        let folder = try TemporaryFolder()
        let from = try folder.write("one", as: "a")
        #expect(link(from, folder("b")) == 0)
        #expect(try !AtomicFile.move(from, to: folder("b"), beginningWith: way))
        #expect(try folder.names == ["a", "b"])
    }
}
