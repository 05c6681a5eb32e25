import Basics
import Foundation
import TestSupport
import Testing

@testable import Files

@Suite struct FileFinderTests {
    private func names(_ paths: String...) throws -> [String] {
        try FileFinder.files(below: paths).map(\.name)
    }

    @Test func filesOfAFolderByName() throws {
        let folder = try TemporaryFolder()
        for name in ["b.dcm", "a/2.dcm", "a/1.dcm", "a/deep/er/3.dcm"] { try folder.write("", as: name) }
        let found = try FileFinder.files(below: [folder.path])
        #expect(found.map(\.name) == ["a/1.dcm", "a/2.dcm", "a/deep/er/3.dcm", "b.dcm"])
        #expect(found.map(\.path) == found.map { folder($0.name) })
    }

    @Test func trailingSlashesAndDotsDoNotMatter() throws {
        let folder = try TemporaryFolder()
        try folder.write("", as: "in/a.dcm")
        for path in [folder("in"), folder("in/"), folder("in/."), folder("in/../in")] {
            #expect(try names(path) == ["a.dcm"], "\(path)")
            #expect(try names(path, folder("in/a.dcm")) == ["in/a.dcm", "a.dcm"], "\(path)")
        }
    }

    /// A name that began with ".." would lead out of the destination's folder.
    @Test func theFolderAboveHasAName() throws {
        let folder = try TemporaryFolder()
        try folder.write("", as: "above/file")
        try folder.write("", as: "above/below/file")
        #expect(try names(folder("above/below/.."), folder("above/file")).sorted() == ["above/below/file", "above/file", "file"])
    }

    /// Paths outlive the command: the process that reads the file later may work elsewhere. Names stay as they are.
    @Test func relativePathsBecomeAbsolute() throws {
        let folder = try TemporaryFolder()
        try folder.write("", as: "in/a.dcm")
        try folder.link("link", to: folder("in"))
        let current = FileManager.default.currentDirectoryPath
        let up = String(repeating: "../", count: current.split(separator: "/").count)
        for (given, expected) in [("in", ["a.dcm"]), ("in/a.dcm", ["a.dcm"]), ("link", ["a.dcm"]), ("./in/../link/", ["a.dcm"])] {
            let path = "\(up)\(folder.path.dropFirst())/\(given)"
            let found = try FileFinder.files(below: [path])
            #expect(found.map(\.name) == expected)
            #expect(found.allSatisfy { $0.path.hasPrefix(current) && $0.path.contains(path) }, "links and dots stay as they were given")
            #expect(found.allSatisfy { (try? WholeFile.read($0.path)) == [] })
        }
        let error = #expect(throws: FileError.self) { try FileFinder.files(below: ["nowhere/at/all"]) }
        #expect(error?.path == "nowhere/at/all", "a person is told what they gave")
    }

    @Test func namesThatAreNoTextAreFoundAsUnreadable() throws {
        let folder = try TemporaryFolder()
        try folder.write("", as: "good")
        for end in ["file", "folder"] {
            let path = Array(folder("bad-").utf8CString.dropLast()) + [CChar(bitPattern: 0xE9)] + Array(end.utf8CString)
            #expect((end == "file" ? mkfifo(path, 0o600) : mkdir(path, 0o700)) == 0)
        }
        let found = try FileFinder.files(below: [folder.path])
        #expect(found.map(\.name).sorted() == ["bad-\u{FFFD}file", "bad-\u{FFFD}folder", "good"])
        #expect(found.filter { $0.obstacle != nil }.count == 2)
    }

    @Test func hiddenFilesOnlyWhenNamed() throws {
        let folder = try TemporaryFolder()
        for name in [".hidden", ".folder/inside", "shown/.part", "shown/file"] { try folder.write("", as: name) }
        #expect(try names(folder.path) == ["shown/file"])
        #expect(try names(folder(".hidden")) == [".hidden"])
        #expect(try names(folder(".folder")) == ["inside"])
    }

    @Test func linksAreFollowed() throws {
        let folder = try TemporaryFolder()
        try folder.write("", as: "elsewhere/series/file")
        try folder.write("", as: "study/file")
        try folder.link("study/linked-folder", to: folder("elsewhere"))
        try folder.link("study/linked-file", to: folder("elsewhere/series/file"))
        try folder.link("link-to-study", to: folder("study"))
        let expected = ["file", "linked-file", "linked-folder/series/file"]
        #expect(try names(folder("study")) == expected)
        #expect(try names(folder("link-to-study")) == expected)
    }

    @Test func linkLoopsEnd() throws {
        let folder = try TemporaryFolder()
        try folder.write("", as: "a/file")
        try folder.link("a/up", to: "..")
        try folder.link("a/self", to: ".")
        #expect(try names(folder("a")) == ["file"])
        try folder.link("loop", to: "loop")
        #expect(try names(folder.path) == ["a/file", "loop"])
    }

    /// Reading it fails and says why: it is not left out.
    @Test func whatCannotBeReadIsFound() throws {
        let folder = try TemporaryFolder()
        try folder.write("", as: "file")
        try folder.link("dangling", to: "nowhere")
        try #require(mkfifo(folder("pipe"), 0o600) == 0)
        #expect(try names(folder.path) == ["dangling", "file", "pipe"])
    }

    @Test func missingPath() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: FileError.self) { try FileFinder.files(below: [folder.path, folder("nowhere")]) }
        #expect(error?.path == folder("nowhere"))
        #expect(error.map { FailureKind(of: $0) } == .fileAccess)
    }

    @Test func aFolderTooDeepIsNotLost() throws {
        let folder = try TemporaryFolder()
        // Each part is allowed, the whole is longer than any path: fails for root as well.
        var path = folder.path
        let part = String(repeating: "d", count: 250)
        var descriptor = open(path, O_RDONLY | O_DIRECTORY)
        for _ in 0..<17 {
            try #require(mkdirat(descriptor, part, 0o755) == 0)
            let next = openat(descriptor, part, O_RDONLY | O_DIRECTORY)
            close(descriptor)
            descriptor = next
            path += "/" + part
        }
        close(descriptor)
        // The folder that is too deep to be looked at is found as what cannot be read, not lost.
        let found = try FileFinder.files(below: [folder.path])
        #expect(found.count == 1)
        #expect(throws: FileError.self) { try WholeFile.read(found.first?.path ?? "") }
    }

    @Test func equalNamesGetANumber() throws {
        let folder = try TemporaryFolder()
        for name in ["x/image.dcm", "y/image.dcm", "z/image.dcm", "x/plain", "y/plain"] { try folder.write("", as: name) }
        let files = ["x/image.dcm", "y/image.dcm", "z/image.dcm", "x/plain", "y/plain"].map { folder($0) }
        #expect(try FileFinder.files(below: files).map(\.name) == ["image.dcm", "image-2.dcm", "image-3.dcm", "plain", "plain-2"])
    }

    @Test func foldersOfOneNameDoNotCollide() throws {
        let folder = try TemporaryFolder()
        for name in ["x/series/1.dcm", "y/series/1.dcm"] { try folder.write("", as: name) }
        let found = try FileFinder.files(below: [folder("x/series"), folder("y/series")])
        #expect(found.map(\.name) == ["series/1.dcm", "series/1-2.dcm"])
        #expect(Set(found.map(\.path)).count == 2)
    }

    @Test func noFiles() throws {
        let folder = try TemporaryFolder()
        #expect(try names(folder.path).isEmpty)
    }
}
