import Concurrency
import Files
import Foundation
import Protocol
import TestSupport
import Testing

@testable import Receiving

@Suite struct DeduplicatorTests {
    private let folder: TemporaryFolder
    private let inbox: SQLiteInbox
    private let known: Deduplicator

    init() throws {
        folder = try TemporaryFolder()
        inbox = try SQLiteInbox(state: folder.url.appending(path: "state"))
        known = Deduplicator(inbox: inbox, pool: WorkerPool(label: "test", width: 1), root: GuardedFolder(path: folder.path + "/in"))
    }

    /// Has the first study's only file restored at a place, and opens a second study with the same original.
    private func recognised(at place: (TransferID) -> String) async throws -> [Int] {
        let first = try TestStudy(["a.dcm", "late.dcm"])
        let path = "\(folder.path)/in/\(place(first.transfer))"
        try AtomicFile.makeDirectories(AtomicFile.parent(of: path))
        try Data("a.dcm".utf8).write(to: URL(filePath: path))
        _ = try await inbox.open(first.manifest, peer: "clinic", key: first.key)
        _ = try await inbox.commit([first.restored(0, at: path)])
        let second = try TestStudy(["a.dcm", "more.dcm"])
        _ = try await inbox.open(second.manifest, peer: "clinic", key: second.key)
        return try await known.commitKnown(of: second.transfer).instances.map(\.position)
    }

    @Test func publishedFilesAreKnown() async throws {
        #expect(try await recognised { _ in "patient/study/a.dcm" } == [0])
    }

    /// It is hidden until its own study ends, which may be never; the second study would be called complete without it.
    @Test func filesThatWaitForTheirStudyAreNotKnown() async throws {
        #expect(try await recognised { "\(StagingFolder.path(of: $0))/patient/study/a.dcm" }.isEmpty)
    }
}
