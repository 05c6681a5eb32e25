import Concurrency
import Foundation
import Protocol
import Synchronization
import TestSupport
import Testing

@testable import Receiving

@Suite struct DiskGuardTests {
    private let folder: TemporaryFolder
    private let guarded: GuardedFolder

    init() throws {
        folder = try TemporaryFolder()
        guarded = try SQLiteInbox(state: folder.url.appending(path: "state")).receivingFolder(folder.path + "/in")
    }

    private func disk(minimumFree: Int) -> DiskGuard {
        DiskGuard(minimumFree: minimumFree, folders: [guarded], observer: RecordedEvents())
    }

    /// Also where no room has to be kept free.
    @Test(arguments: [0, 1]) func nothingMayComeWhileAFolderIsAway(minimumFree: Int) async throws {
        #expect(await disk(minimumFree: minimumFree).hasRoom())
        try FileManager.default.removeItem(atPath: guarded.path)
        let disk = disk(minimumFree: minimumFree)
        #expect(await disk.obstacle() == .folderAway)
        #expect(await disk.presence().map(\.isThere) == [false])
        try FileManager.default.createDirectory(atPath: guarded.path, withIntermediateDirectories: false)
        let later = self.disk(minimumFree: minimumFree)
        #expect(await later.obstacle() == .folderAway)
    }

    /// A share whose server is down: whoever asks gets an answer all the same, and the truth when it answers again.
    @Test(.timeLimit(.minutes(1))) func aFileSystemThatDoesNotAnswerIsAway() async throws {
        let answers = Mutex(false)
        let clock = ManualClock()
        let begun = StopRequest()
        let disk = DiskGuard(
            minimumFree: 0, folders: [guarded], observer: RecordedEvents(), patience: .seconds(10), clock: clock
        ) { _ in
            begun.request()
            while !answers.withLock({ $0 }) { usleep(1_000) }
            return 1
        }
        async let obstacle = disk.obstacle()
        await begun.wait()
        await clock.pass(.seconds(10))
        #expect(await obstacle == .folderAway)
        #expect(await disk.obstacle() == .folderAway)
        answers.withLock { $0 = true }
        while await !disk.hasRoom() { await Task.yield() }
    }

    /// Several manifests at once count together before any of them is written.
    @Test func roomIsSetAside() async throws {
        let free = await disk(minimumFree: 0).freeBytes()
        let disk = disk(minimumFree: free / 2)
        #expect(await disk.obstacle(to: free) == .diskFull)
        #expect(await disk.reserve(free / 3) == nil)
        #expect(await disk.reserve(free / 3) == .diskFull)
        await disk.release(free / 3)
        #expect(await disk.reserve(free / 3) == nil)
    }
}
