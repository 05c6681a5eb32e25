import Basics
import CLinux
import Files
import Foundation
import Protocol
import Synchronization
import TestSupport
import Testing

@testable import Sending

@Suite final class WatchTests {
    private let folder = NSTemporaryDirectory() + "veilray-watch-\(UUID().uuidString)"
    private let start = ContinuousClock.now

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func write(_ name: String, _ text: String = "content") throws {
        let path = "\(folder)/\(name)"
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    private func stamp(_ name: String) throws -> FolderSnapshot.Stamp {
        try #require(try FolderSnapshot(of: folder).files[name])
    }

    // MARK: Looking

    @Test func seesCompleteLookingFilesOnly() throws {
        let outside = folder + "-outside"
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: outside) }
        try Data("secret".utf8).write(to: URL(filePath: outside + "/secret"))
        for name in [
            "a.dcm", "sub/deep/b", ".hidden", ".sub/c", "d.part", "e.TMP", "f.crdownload", "sent/1/g", "failed/h", "sub/sent/i",
        ] {
            try write(name)
        }
        try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: outside + "/secret")
        try FileManager.default.createSymbolicLink(atPath: folder + "/folder-link", withDestinationPath: outside)
        #expect(mkfifo(folder + "/pipe", 0o600) == 0)
        #expect(try FolderSnapshot(of: folder).files.keys.sorted() == ["a.dcm", "sub/deep/b", "sub/sent/i"])
    }

    @Test func whatCannotBeLookedAtIsTold() throws {
        try write("good")
        let name = Array("\(folder)/bad-".utf8CString.dropLast()) + [CChar(bitPattern: 0xE9), 0]
        close(open(name, O_WRONLY | O_CREAT, 0o600))
        // A path that is too long cannot be looked at by anybody.
        var descriptor = open(folder, O_RDONLY | O_DIRECTORY)
        for _ in 0..<17 {
            let part = String(repeating: "d", count: 250)
            try #require(mkdirat(descriptor, part, 0o755) == 0)
            let next = openat(descriptor, part, O_RDONLY | O_DIRECTORY)
            close(descriptor)
            descriptor = next
        }
        close(descriptor)
        let snapshot = try FolderSnapshot(of: folder)
        #expect(snapshot.files.keys.sorted() == ["good"])
        #expect(snapshot.unseen["bad-\u{FFFD}"] == FileFinder.unreadableName)
        #expect(snapshot.unseen.count == 2)
    }

    @Test func aMissingFolderIsAnError() {
        #expect(throws: FileError.self) { try FolderSnapshot(of: folder + "/nowhere") }
    }

    @Test func filesAreStableWhenTheyStayTheSame() throws {
        var tracker = StabilityTracker(period: .seconds(3))
        func stable(after seconds: Int) throws -> [String] {
            tracker.update(try FolderSnapshot(of: folder), at: start + .seconds(seconds)).keys.sorted()
        }
        try write("a")
        #expect(try stable(after: 0).isEmpty)
        #expect(try stable(after: 2).isEmpty)
        #expect(try stable(after: 3) == ["a"])
        try write("a", "longer content")
        #expect(try stable(after: 4).isEmpty)
        #expect(try stable(after: 7) == ["a"])
    }

    /// A file of the same size and time that was renamed over another is another file.
    @Test func aReplacedFileIsAnotherFile() throws {
        try write("a", "one")
        let time = try #require(try FileManager.default.attributesOfItem(atPath: folder + "/a")[.modificationDate] as? Date)
        let before = try stamp("a")
        try write(".b", "two")
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: folder + "/.b")
        #expect(rename(folder + "/.b", folder + "/a") == 0)
        #expect(try stamp("a") != before)
    }

    @Test func aFileThatIsBeingWrittenIsNoticed() throws {
        try write("a")
        let path = folder + "/a"
        #expect(CLinux_is_being_written(path) == 0)
        let handle = try #require(FileHandle(forWritingAtPath: path))
        #expect(CLinux_is_being_written(path) == 1)
        try handle.close()
        #expect(CLinux_is_being_written(path) == 0)
        #expect(CLinux_is_being_written(path + "-missing") == -1)
    }

    /// Servers of uploads lock what they write. Locks are a process's, so another one holds it.
    @Test func aFileThatIsLockedForWritingIsNoticed() throws {
        try write("a")
        let path = folder + "/a"
        let holder = Process()
        holder.executableURL = URL(filePath: "/usr/bin/env")
        holder.arguments = [
            "python3", "-c", "import fcntl, sys; f = open(sys.argv[1], 'r+'); fcntl.lockf(f, fcntl.LOCK_EX); print(flush=True); input()",
            path,
        ]
        let (input, output) = (Pipe(), Pipe())
        holder.standardInput = input
        holder.standardOutput = output
        try holder.run()
        _ = output.fileHandleForReading.availableData
        #expect(CLinux_is_being_written(path) == 1)
        try input.fileHandleForWriting.close()
        holder.waitUntilExit()
        #expect(CLinux_is_being_written(path) == 0)
    }

    // MARK: Gathering

    @Test func studiesAreTakenWhenTheyAreQuiet() throws {
        var gathering = StudyGathering(quiet: .seconds(10))
        func quiet(after seconds: Int) -> [StudyPlan] { gathering.takeQuiet(at: start + .seconds(seconds)) }
        for name in ["a", "b", "c"] { try write(name) }
        gathering.add(try .example("b", study: "1"), try stamp("b"), at: start)
        gathering.add(try .example("a", study: "1"), try stamp("a"), at: start + .seconds(5))
        gathering.add(try .example("c", study: "2"), try stamp("c"), at: start + .seconds(1))
        #expect(gathering.holds("a", try stamp("a")))
        #expect(quiet(after: 10).isEmpty)
        #expect(quiet(after: 11).map(\.studyUID) == ["2"])
        let plan = try #require(quiet(after: 15).first)
        #expect(plan.instances.map(\.name) == ["a", "b"])
        #expect(!gathering.holds("a", try stamp("a")))
        #expect(quiet(after: 100).isEmpty)
    }

    @Test func filesThatChangeOrGoAreForgotten() throws {
        var gathering = StudyGathering(quiet: .seconds(10))
        func quiet(after seconds: Int) -> [StudyPlan] { gathering.takeQuiet(at: start + .seconds(seconds)) }
        for name in ["a", "b", "c"] {
            try write(name)
            gathering.add(try .example(name, study: "1"), try stamp(name), at: start)
        }
        try write("a", "other content")
        try FileManager.default.removeItem(atPath: folder + "/b")
        gathering.keep(only: try FolderSnapshot(of: folder).files, at: start + .seconds(9))
        #expect(quiet(after: 12).isEmpty, "the change is a sign of life")
        #expect(quiet(after: 19).first?.instances.map(\.name) == ["c"])
    }

    // MARK: Filing

    private let transfer = TransferID()

    private func finished(
        _ files: [(name: String, state: OutboxInstance.State)], study: String = "1.2.3"
    ) throws -> FiledStudy {
        let receipts = folder + "/../receipts-of-\((folder as NSString).lastPathComponent)"
        try Data("signed".utf8).write(to: URL(filePath: receipts))
        let row = OutboxStudy(
            transferID: transfer, contentDigest: ContentDigest(of: []), peer: try Identity.create(name: PeerName("lee")).fingerprint,
            peerName: try PeerName("lee"), address: nil, priority: .routine, state: .delivered, studyUID: try StudyUID("2.25.1"),
            originalStudyUID: study, choices: .example, fileCount: files.count, manifest: nil, studyKey: nil,
            source: resolved, isFiled: false, attempts: 0, created: Date(), receipts: receipts)
        let instances = try files.enumerated().map { position, file in
            let planned = PlannedInstance(
                path: "\(resolved)/\(file.name)",
                entry: try ManifestEntry(path: file.name, byteCount: 1, digest: ContentDigest(of: Array("content".utf8))))
            var instance = OutboxInstance(transferID: row.transferID, position: position, planned)
            instance.state = file.state
            if file.state == .acknowledged { instance.receipt = "receipt" } else { instance.failure = "the reason" }
            return instance
        }
        return FiledStudy(folder: resolved, study: row, instances: instances)
    }

    /// Files sent, failed and left alone; none may be stuck.
    private func counts(of result: FiledStudy.Result) -> [Int] {
        #expect(result.stuck.isEmpty)
        return [result.sent, result.failed, result.leftAlone]
    }

    private var resolved: String { URL(filePath: folder).resolvingSymlinksInPath().path }

    private func names() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder) && !isFolder.boolValue
        }.sorted()
    }

    @Test func deliveredFilesGoToSentTheOthersToFailed() throws {
        try write("series/a")
        try write("b")
        let finished = try finished([("series/a", .acknowledged), ("b", .withdrawn)])
        #expect(try counts(of: finished.file()) == [1, 1, 0])
        let expected = [
            "failed/1.2.3/b", "failed/1.2.3/b.reason.txt", "sent/1.2.3/receipts-\(transfer).txt", "sent/1.2.3/series/a",
        ]
        #expect(try names() == expected)
        #expect(try String(contentsOfFile: folder + "/failed/1.2.3/b.reason.txt", encoding: .utf8) == "the reason\n")
        // As after a crash before the journal knew of it.
        #expect(try counts(of: finished.file()) == [0, 0, 2])
        #expect(try names() == expected)
    }

    @Test func otherFilesOfThatNameStay() throws {
        try write("a", "something new")
        #expect(try finished([("a", .acknowledged)]).file().leftAlone == 1)
        #expect(try String(contentsOfFile: folder + "/a", encoding: .utf8) == "something new")
    }

    @Test func nothingIsOverwritten() throws {
        try write("sent/1.2.3/a.dcm", "sent before")
        try write("sent/1.2.3/b.dcm")
        try write("a.dcm")
        try write("b.dcm")
        #expect(try finished([("a.dcm", .acknowledged), ("b.dcm", .acknowledged)]).file().sent == 2)
        let sent = try names().filter { $0.hasSuffix(".dcm") }
        #expect(sent == ["sent/1.2.3/a-2.dcm", "sent/1.2.3/a.dcm", "sent/1.2.3/b.dcm"])
        #expect(try String(contentsOfFile: folder + "/sent/1.2.3/a.dcm", encoding: .utf8) == "sent before")
    }

    /// Something stands where the folder `failed` should be, so nothing can be moved there; as good as a missing permission.
    @Test func oneFileThatCannotBeMovedDoesNotKeepTheOthers() throws {
        for name in ["a", "b", "failed"] { try write(name) }
        let finished = try finished([("a", .withdrawn), ("b", .acknowledged)])
        let first = try finished.file()
        #expect(first.sent == 1)
        #expect(first.stuck.keys.sorted() == [0])
        #expect(try names().contains("a"))
        #expect(unlink(folder + "/failed") == 0)
        #expect(try counts(of: finished.file(continuing: first)) == [1, 1, 0])
        #expect(try names().contains("failed/1.2.3/a"))
    }

    @Test func aReasonIsNeverReplaced() throws {
        try write("failed/1.2.3/a.reason.txt", "an older reason")
        try write("a")
        #expect(try finished([("a", .withdrawn)]).file().failed == 1)
        #expect(try String(contentsOfFile: folder + "/failed/1.2.3/a.reason.txt", encoding: .utf8) == "an older reason")
        #expect(try String(contentsOfFile: folder + "/failed/1.2.3/a-2.reason.txt", encoding: .utf8) == "the reason\n")
        #expect(try names().contains("failed/1.2.3/a-2"))
    }

    @Test func aNameTooLongForAReasonIsMovedWithoutOne() throws {
        let name = String(repeating: "n", count: 250)
        try write(name)
        #expect(try finished([(name, .withdrawn)]).file().failed == 1)
        #expect(try names().filter { $0.hasSuffix("n") } == ["failed/1.2.3/\(name)"])
    }

    /// Killed after the reason was written, and killed between a link's two names.
    @Test func aMoveThatWasKilledIsFinished() throws {
        try write("failed/1.2.3/a.reason.txt", "the reason\n")
        try write("a")
        try write("b")
        try FileManager.default.createDirectory(atPath: folder + "/sent/1.2.3", withIntermediateDirectories: true)
        #expect(link(folder + "/b", folder + "/sent/1.2.3/b") == 0)
        #expect(try counts(of: finished([("a", .withdrawn), ("b", .acknowledged)]).file()) == [1, 1, 0])
        let files = try names().filter { !$0.contains("receipts") }
        #expect(files == ["failed/1.2.3/a", "failed/1.2.3/a.reason.txt", "sent/1.2.3/b"])
    }

    @Test func aFileThatTookTheNameIsNotMoved() throws {
        try write("a")
        let seen = try stamp("a")
        try write("a", "something new")
        #expect(try MovedFile.move("\(resolved)/a", seenAs: seen, to: "\(resolved)/sent/a", reason: "a reason") == nil)
        #expect(try names() == ["a"])
    }

    @Test func aFileThatIsBeingWrittenIsNotMoved() throws {
        try write("a")
        let handle = try #require(FileHandle(forWritingAtPath: folder + "/a"))
        #expect(try finished([("a", .acknowledged)]).file().stuck.count == 1)
        try handle.close()
        #expect(try finished([("a", .acknowledged)]).file().sent == 1)
    }

    private final class Writer: Sendable {
        let isOver = Atomic(false)
    }

    /// A program replaces the file all the time: whatever is moved is what was looked at before.
    @Test func whatIsMovedIsWhatWasSeen() async throws {
        let path = "\(resolved)/a"
        let writer = Writer()
        let writing = BlockingWork { [folder, writer] in
            var size = 1
            while !writer.isOver.load(ordering: .relaxed) {
                // Sizes tell the files apart, also where inodes and times are used again.
                try Data(repeating: 0x61, count: size).write(to: URL(filePath: folder + "/.new"))
                rename(folder + "/.new", path)
                size += 1
            }
        }
        var moved = 0
        let end = ContinuousClock.now + .seconds(20)
        while moved < 200, ContinuousClock.now < end {
            guard let seen = try FolderSnapshot.Stamp.ofFile(at: path) else { continue }
            let place = "\(resolved)/sent/\(moved)"
            guard try MovedFile.move(path, seenAs: seen, to: place) != nil else {
                #expect(!FileManager.default.fileExists(atPath: place))
                continue
            }
            #expect(try FolderSnapshot.Stamp.ofFile(at: place) == seen)
            moved += 1
        }
        writer.isOver.store(true, ordering: .relaxed)
        try await writing.value
        #expect(moved > 0)
    }

    @Test(arguments: ["../../etc", "..", "/", "a b", ""]) func aStudyIsNoPath(_ study: String) throws {
        try write("a")
        #expect(try finished([("a", .acknowledged)], study: study).file().sent == 1)
        #expect(try names().contains("sent/study-\(transfer.short)/a"))
    }

    @Test func linksAreNotFollowed() throws {
        let outside = folder + "-outside"
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: outside) }
        try Data("content".utf8).write(to: URL(filePath: outside + "/a"))
        try FileManager.default.createSymbolicLink(atPath: folder + "/sub", withDestinationPath: outside)
        #expect(try finished([("sub/a", .acknowledged)]).file().leftAlone == 1)
        #expect(FileManager.default.fileExists(atPath: outside + "/a"))
    }
}
