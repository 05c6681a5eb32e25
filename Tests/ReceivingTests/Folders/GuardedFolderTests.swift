import Basics
import Concurrency
import Files
import Foundation
import Protocol
import TestSupport
import Testing

@testable import Receiving

/// Folders that go away, and others that come in their place. Renaming stands for unmounting here: another folder has the path.
@Suite struct GuardedFolderTests {
    private let folder: TemporaryFolder
    private let inbox: SQLiteInbox

    init() throws {
        folder = try TemporaryFolder()
        inbox = try SQLiteInbox(state: folder.url.appending(path: "state"))
    }

    private var into: String { folder.path + "/share/in" }
    private var elsewhere: String { folder.path + "/elsewhere" }

    private func makeShare() throws -> GuardedFolder {
        try FileManager.default.createDirectory(atPath: folder.path + "/share", withIntermediateDirectories: true)
        return try inbox.receivingFolder(into)
    }

    /// - Parameter isLeft: whether a bare folder is left in its place, as a mount point is.
    private func takeAway(leaving isLeft: Bool) throws {
        try FileManager.default.moveItem(atPath: into, toPath: elsewhere)
        if isLeft { try FileManager.default.createDirectory(atPath: into, withIntermediateDirectories: false) }
    }

    private func bringBack() throws {
        try? FileManager.default.removeItem(atPath: into)
        try FileManager.default.moveItem(atPath: elsewhere, toPath: into)
    }

    private func why(_ guarded: GuardedFolder) -> ReceivingError.Code? {
        #expect(throws: ReceivingError.self) { try guarded.open() }?.code
    }

    private func isUnreachable(_ guarded: GuardedFolder) -> Bool {
        why(guarded) == .folderUnreachable
    }

    @Test func isMadeOnceOnly() throws {
        let guarded = try makeShare()
        let first = try guarded.open()
        #expect(try guarded.open() === first)
        try takeAway(leaving: false)
        #expect(isUnreachable(guarded))
        // Not by a later run either.
        let later = try SQLiteInbox(state: folder.url.appending(path: "state")).receivingFolder(into)
        #expect(isUnreachable(later))
        #expect(!FileManager.default.fileExists(atPath: into))
        try bringBack()
        #expect(try guarded.open() === first)
        _ = try later.open()
    }

    @Test func aBareMountPointIsNotIt() throws {
        let guarded = try makeShare()
        try takeAway(leaving: true)
        #expect(why(guarded) == .folderUnmarked)
        #expect(why(try inbox.receivingFolder(into)) == .folderUnmarked)
        #expect(try FileManager.default.contentsOfDirectory(atPath: into).isEmpty)
    }

    /// The folder is known by its number wherever it is mounted, and under whatever inode.
    @Test func aCopyWithTheNumberIsIt() throws {
        let guarded = try makeShare()
        try takeAway(leaving: true)
        try FileManager.default.copyItem(atPath: "\(elsewhere)/\(FolderMark.fileName)", toPath: "\(into)/\(FolderMark.fileName)")
        _ = try guarded.open()
    }

    @Test func anotherReceiversFolderIsNotIt() throws {
        let guarded = try makeShare()
        try takeAway(leaving: true)
        _ = try FolderMark.readOrMake(in: try OpenFolder(into))
        #expect(why(guarded) == .folderIsAnother)
        // Until a person says so, beside the program that runs.
        let other = try SQLiteInbox(state: folder.url.appending(path: "state"))
        try other.accept(try FolderMark.readOrMake(in: try OpenFolder(into)), as: into)
        _ = try guarded.open()
        try bringBack()
        #expect(why(guarded) == .folderIsAnother)
    }

    @Test func aHeldFolderIsTheOneFromTheBeginning() throws {
        _ = try makeShare()
        let guarded = try GuardedFolder(holding: into)
        try takeAway(leaving: true)
        #expect(why(guarded) == .folderReplaced)
        try bringBack()
        _ = try guarded.open()
    }

    @Test func theFolderAboveIsNotMade() throws {
        let error = #expect(throws: OperationFailure.self) { try inbox.receivingFolder(folder.path + "/not/mounted") }
        #expect(error?.kind == .fileAccess)
        #expect(error?.description.contains("mkdir -p '\(folder.path)/not'") == true)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/not"))
    }

    // MARK: What is under way when it goes

    private func publisher(_ guarded: GuardedFolder) -> Publisher { Publisher(guarded, layout: .flat) }

    private func name(_ file: PendingFile, _ path: String, _ publisher: Publisher) throws -> String {
        let bytes = Array("content".utf8)
        return try publisher.name(
            file, path, spare: SpareName(transfer: TransferID(), position: 0), digest: ContentDigest(of: bytes), byteCount: bytes.count)
    }

    @Test(arguments: [true, false]) func whatWasWrittenBeforeGetsNoNameElsewhere(isLeft: Bool) throws {
        let publisher = publisher(try makeShare())
        let file = try publisher.write(Array("content".utf8), for: "patient/a.dcm")
        try takeAway(leaving: isLeft)
        #expect(throws: ReceivingError.self) { try name(file, "patient/a.dcm", publisher) }
        #expect(throws: ReceivingError.self) { try publisher.write([1], for: "b.dcm") }
        #expect((try? FileManager.default.contentsOfDirectory(atPath: into)) ?? [] == [])
        // Without a name, or with a hidden one where the file system needs it.
        let named = try FileManager.default.contentsOfDirectory(atPath: elsewhere).filter { !$0.hasSuffix(UnpublishedFile.hiddenSuffix) }
        #expect(named == [FolderMark.fileName])
        // Back again, it gets the name that it should have.
        try bringBack()
        #expect(try name(file, "patient/a.dcm", publisher) == "\(into)/patient/a.dcm")
        #expect(FileManager.default.contents(atPath: "\(into)/patient/a.dcm") == Data("content".utf8))
    }

    /// Between the look and the deed: what is reached through a folder is in that folder, and nothing is made on the way to its path.
    @Test func whatIsReachedThroughItStaysInIt() throws {
        let held = try makeShare().open()
        try takeAway(leaving: true)
        try held.reach("\(into)/patient/study") { try AtomicFile.makeDirectories($0) }
        #expect(FileManager.default.fileExists(atPath: "\(elsewhere)/patient/study"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: into).isEmpty)
        // Errors name the path that a person knows.
        let error = #expect(throws: FileError.self) { try held.reach("\(into)/none") { try AtomicFile.sync($0) } }
        #expect(error?.path == "\(into)/none")
        // Removed for good, it is not made anew.
        try FileManager.default.removeItem(atPath: elsewhere)
        #expect(throws: FileError.self) { try held.reach("\(into)/a/b") { try AtomicFile.makeDirectories($0) } }
        #expect(try FileManager.default.contentsOfDirectory(atPath: into).isEmpty)
    }

    @Test func studiesThatWaitToAppearWaitForTheFolder() throws {
        let guarded = try makeShare()
        let publisher = publisher(guarded)
        let transfer = TransferID()
        let content = Array("content".utf8)
        let path = try publisher.name(
            try publisher.write(content, for: "p/a.dcm"), "p/a.dcm", below: StagingFolder.path(of: transfer),
            spare: SpareName(transfer: transfer, position: 0), digest: ContentDigest(of: content), byteCount: content.count)
        let study = FinishedStudy(
            transfer: transfer, studyUID: "2.25.1", peer: "clinic", sender: "", state: .complete, finished: Date(),
            instances: [PublishedInstance(position: 0, path: path, digest: ContentDigest(of: content))], failed: 0, withdrawn: 0)
        try takeAway(leaving: true)
        #expect(throws: ReceivingError.self) { try StagedStudy.publish(study) { try inbox.knownFolder($0) } }
        #expect(throws: ReceivingError.self) { try CompletionMarker.write(study, study.instances, publisher) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: into).isEmpty)
        try bringBack()
        #expect(try StagedStudy.publish(study) { try inbox.knownFolder($0) } == [0: "\(into)/p/a.dcm"])
        #expect(FileManager.default.contents(atPath: "\(into)/p/a.dcm") == Data(content))
    }

    /// The file of the same content that lies in a bare mount point is not the one that was delivered.
    @Test func whatLiesInItsPlaceIsNotKnown() async throws {
        let known = Deduplicator(inbox: inbox, pool: WorkerPool(label: "test", width: 1), root: try makeShare())
        let first = try TestStudy(["a.dcm"])
        _ = try await inbox.open(first.manifest, peer: "clinic", key: nil)
        _ = try await inbox.commit([first.restored(0, at: "\(into)/a.dcm")])
        try takeAway(leaving: true)
        for place in [into, elsewhere] { try Data("a.dcm".utf8).write(to: URL(filePath: "\(place)/a.dcm")) }
        let second = try TestStudy(["a.dcm", "b.dcm"])
        _ = try await inbox.open(second.manifest, peer: "clinic", key: nil)
        #expect(try await known.commitKnown(of: second.transfer).instances.isEmpty)
        try bringBack()
        #expect(try await known.commitKnown(of: second.transfer).instances.map(\.position) == [0])
    }

    @Test func theSpoolIsNotMadeAgain() throws {
        let spool = try SpoolFolder(state: folder.url.appending(path: "state"))
        let transfer = TransferID()
        _ = try spool.makeSegment(of: transfer)
        try FileManager.default.moveItem(atPath: spool.path, toPath: elsewhere)
        #expect(throws: ReceivingError.self) { try spool.makeSegment(of: TransferID()) }
        #expect(!FileManager.default.fileExists(atPath: spool.path))
    }
}

@Suite struct RestoredFolderTests {
    @Test func commonFolders() {
        #expect(RestoredFolder.common("/in/a.dcm", "/in/b.dcm") == "/in")
        #expect(RestoredFolder.common("/in/ab/a.dcm", "/in/abc/a.dcm") == "/in")
        #expect(RestoredFolder.common("/in/a.dcm", "/in/a.dcm") == "/in")
        #expect(RestoredFolder.common("/a.dcm", "/b.dcm") == nil)
        #expect(RestoredFolder.common(nil, nil) == nil)
        #expect(RestoredFolder.common("/in/.veilray-arriving/x/a.dcm", "/in/.veilray-arriving/x/b.dcm") == nil)
    }
}
