import Basics
import Foundation
import Protocol
import StegoKit
import TestSupport
import Testing

@testable import Receiving

/// What is left of a large original that was being restored.
@Suite struct UnfinishedRestorationTests {
    private let folder: TemporaryFolder
    private let study: TestStudy

    init() throws {
        folder = try TemporaryFolder()
        study = try TestStudy(["a.dcm", "b.dcm"])
    }

    private func instance(_ position: Int) -> ArrivedInstance {
        let part = study.part(position, durable: 100)
        return ArrivedInstance(
            transfer: study.transfer, studyUID: study.manifest.studyUID.text, peer: "clinic", sender: study.manifest.sender,
            position: position, path: study.manifest.entries[position].path, digest: study.manifest.entries[position].digest, byteCount: 1,
            stegoBytes: 100, stegoDigest: part.digest, location: part.location)
    }

    private func unfinished(_ position: Int) throws -> UnfinishedRestoration {
        UnfinishedRestoration(in: try OpenFolder(folder.path), instance(position))
    }

    /// An attempt that writes three bytes a frame and does not come to its end.
    private func attempt(_ position: Int, taken: [Int], frames: Int) throws {
        let unfinished = try unfinished(position)
        let sink = PendingSink(try PendingFile(in: try OpenFolder(folder.path), for: "the original"))
        let checkpoint = unfinished.checkpoint()
        for _ in taken { try sink.append([1, 2, 3]) }
        try checkpoint.begin(sink, taken)
        for _ in 0..<frames {
            try sink.append([1, 2, 3])
            try checkpoint.add(3)
        }
    }

    private var names: [String] { folder.files.map { $0.split(separator: "/").last.map(String.init) ?? "" }.sorted() }

    @Test func whatAnAttemptLeavesIsFoundAgain() throws {
        #expect(try unfinished(0).checkpoint().earlier == nil)
        try attempt(0, taken: [], frames: 4)
        #expect(names == ["0.frames", "0.part"])
        let earlier = try #require(try unfinished(0).checkpoint().earlier)
        #expect(earlier.frames == [3, 3, 3, 3] && earlier.file.byteCount == 12)
        #expect(try unfinished(1).checkpoint().earlier == nil)
        try unfinished(0).remove()
        #expect(names.isEmpty && !FileManager.default.fileExists(atPath: "\(folder.path)/.veilray-restoring"))
    }

    @Test func anAttemptThatGetsFurtherIsToldFromOneThatDoesNot() throws {
        #expect(try !unfinished(0).hasAdvanced)
        try attempt(0, taken: [], frames: 2)
        #expect(try unfinished(0).hasAdvanced)
        try attempt(0, taken: [3, 3], frames: 0)
        #expect(try !unfinished(0).hasAdvanced)
        try attempt(0, taken: [3, 3], frames: 1)
        #expect(try unfinished(0).hasAdvanced)
        #expect(try unfinished(0).checkpoint().earlier?.frames.count == 3)
    }

    /// A power cut may leave a list of anything.
    @Test func nonsenseIsNoAttempt() throws {
        try attempt(0, taken: [], frames: 2)
        let list = try #require(folder.files.first { $0.hasSuffix(".frames") })
        try Data([UInt8](repeating: 0xFF, count: 29)).write(to: URL(filePath: "\(folder.path)/\(list)"))
        #expect(try unfinished(0).checkpoint().earlier?.frames == [])
        try Data().write(to: URL(filePath: "\(folder.path)/\(list)"))
        #expect(try unfinished(0).checkpoint().earlier == nil)
    }

    /// What nobody will go on with is removed at the next start, and nothing else.
    @Test func whatHasEndedIsRemoved() throws {
        try attempt(0, taken: [], frames: 1)
        try attempt(1, taken: [], frames: 1)
        let open = try OpenFolder(folder.path)
        UnfinishedRestoration.removeAll(in: open, except: [instance(1)])
        #expect(names == ["1.frames", "1.part"])
        UnfinishedRestoration.removeAll(in: open, except: [])
        #expect(names.isEmpty && !FileManager.default.fileExists(atPath: "\(folder.path)/.veilray-restoring"))
    }
}
