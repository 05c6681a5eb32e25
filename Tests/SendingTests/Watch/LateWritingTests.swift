import Basics
import Foundation
import Protocol
import Testing

@testable import Sending

/// Whoever had a file open goes on writing after it was moved away.
@Suite final class LateWritingTests {
    private let folder: String
    private let start = ContinuousClock.now
    private var late = LateWriting()

    init() throws {
        let path = NSTemporaryDirectory() + "veilray-late-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path + "/sent/1", withIntermediateDirectories: true)
        folder = URL(filePath: path).resolvingSymlinksInPath().path
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private var place: String { folder + "/sent/1/a" }
    private var origin: String { folder + "/a" }

    private func write(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: place)) }

    private func filed() throws -> FiledFile {
        try write("half")
        let stamp = try #require(try FolderSnapshot.Stamp.ofFile(at: place))
        return FiledFile(
            place: place, origin: origin, source: folder, stamp: stamp, digest: ContentDigest(of: Array("half".utf8)))
    }

    private func look(_ file: FiledFile, after seconds: Int) -> LateWriting.Result {
        late.look(at: [file], stable: .seconds(3), now: start + .seconds(seconds))
    }

    @Test func whatStaysAsItIsStays() throws {
        let file = try filed()
        let result = look(file, after: 100)
        #expect(result.done.isEmpty && result.returned.isEmpty && result.same.isEmpty)
    }

    @Test func whatWasWrittenIntoComesBack() throws {
        let file = try filed()
        try write("half and the other half")
        try write(reason: "a reason")
        #expect(look(file, after: 0).returned.isEmpty, "somebody may be at it")
        #expect(late.isChanging(file))
        #expect(look(file, after: 2).returned.isEmpty)
        #expect(look(file, after: 3).returned == [file])
        #expect(try String(contentsOfFile: origin, encoding: .utf8) == "half and the other half")
        #expect(!FileManager.default.fileExists(atPath: place))
        #expect(!FileManager.default.fileExists(atPath: MovedFile.reasonPath(of: place)))
        #expect(look(file, after: 4).done == [file])
    }

    private func write(reason: String) throws {
        try Data(reason.utf8).write(to: URL(filePath: MovedFile.reasonPath(of: place)))
    }

    @Test func anotherTimeIsNoOtherContent() throws {
        let file = try filed()
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 0)], ofItemAtPath: place)
        _ = look(file, after: 0)
        let result = look(file, after: 3)
        #expect(result.same.map(\.place) == [place] && result.returned.isEmpty)
        #expect(result.same.first?.stamp != file.stamp)
    }

    @Test func whatTookItsNameIsNotReplaced() throws {
        let file = try filed()
        try write("corrected")
        try Data("new".utf8).write(to: URL(filePath: origin))
        _ = look(file, after: 0)
        #expect(look(file, after: 3).returned == [file])
        #expect(try String(contentsOfFile: origin, encoding: .utf8) == "new")
        #expect(try String(contentsOfFile: folder + "/a-2", encoding: .utf8) == "corrected")
    }

    @Test func whatWasDeletedIsForgotten() throws {
        let file = try filed()
        try FileManager.default.removeItem(atPath: place)
        #expect(look(file, after: 0).done == [file])
    }
}
