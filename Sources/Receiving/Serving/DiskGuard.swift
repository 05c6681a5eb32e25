import Basics
import Concurrency
import Foundation
import Logging
import Protocol
import Synchronization

/// Watches the file systems of the spool and of the restored files: whether they are there, and how much room is left, so that senders wait
/// while one is away and before one is full.
actor DiskGuard {
    /// An answer counts for this long: chunks come by the thousand.
    private static let memory = Duration.milliseconds(250)
    /// Looks are this far apart while nobody asks.
    private static let interval = Duration.seconds(1)

    nonisolated let minimumFree: Int
    private let folders: [GuardedFolder]
    private let observer: any ReceiverObserver
    private let patience: Duration
    private let clock: any MonotonicClock
    private let examine: @Sendable (GuardedFolder) throws -> Int
    private let log = Logger(label: "veilray.disk")
    private var lastLook: ContinuousClock.Instant?
    private var looking: (look: DiskLook, task: Task<Void, Never>, since: ContinuousClock.Instant)?
    private var free = Int.max
    private var hadRoom = true
    /// By path.
    private var away: [String: ReceivingError] = [:]
    /// The bytes that are being written into the journal now.
    private var reserved = 0

    /// - Parameters:
    ///   - minimumFree: bytes to be kept free; 0 asks for nothing.
    ///   - folders: on the file systems that matter.
    ///   - patience: a file system that takes longer to answer counts as away; as a rule it is a share whose server is down.
    ///   - examine: says how many bytes are left where a folder is; throws when it is away. Blocks.
    init(
        minimumFree: Int, folders: [GuardedFolder], observer: any ReceiverObserver, patience: Duration = .seconds(10),
        clock: any MonotonicClock = ContinuousClock(), examine: @escaping @Sendable (GuardedFolder) throws -> Int = DiskLook.freeBytes
    ) {
        self.minimumFree = minimumFree
        self.folders = folders
        self.observer = observer
        self.patience = patience
        self.clock = clock
        self.examine = examine
    }

    /// Whether more may come.
    func hasRoom() async -> Bool { await obstacle() == nil }

    /// Why nothing more may come, in words for a sender.
    ///
    /// - Parameter bytes: how much is to be written.
    func obstacle(to bytes: Int = 0) async -> InstanceFailure? {
        await look()
        return knownObstacle(to: bytes)
    }

    private func knownObstacle(to bytes: Int) -> InstanceFailure? {
        guard away.isEmpty else { return .folderAway }
        return minimumFree > 0 && free - reserved - bytes < minimumFree ? .diskFull : nil
    }

    /// Sets room aside for what is about to be written, until ``release(_:)``. Returns why there is none.
    func reserve(_ bytes: Int) async -> InstanceFailure? {
        await look()
        if let obstacle = knownObstacle(to: bytes) { return obstacle }
        reserved += bytes
        return nil
    }

    /// It is written, or will not be.
    func release(_ bytes: Int) {
        reserved -= bytes
        lastLook = nil
    }

    /// The room that is left on the fullest of the file systems that are there.
    func freeBytes() async -> Int {
        await look()
        return free
    }

    /// Whether each folder is there, by path.
    func presence() async -> [(path: String, isThere: Bool)] {
        await look()
        return folders.map { ($0.path, away[$0.path] == nil) }
    }

    /// Looks again and again, so that it is noticed and told also while nobody sends. Ends with its task.
    func keepLooking() async {
        while (try? await clock.sleep(for: Self.interval)) != nil { await look() }
    }

    // MARK: Looking

    /// All who ask meanwhile wait for the same look, for as long as it may take.
    private func look() async {
        if looking == nil {
            if let lastLook, clock.now - lastLook < Self.memory { return }
            beginLook()
        }
        guard let (look, task, since) = looking else { return }
        if await task.ends(within: patience - (clock.now - since), by: clock) { return }
        if let path = look.folderAtHand { note(path, .folderUnreachable(path, "its file system does not answer")) }
    }

    private func beginLook() {
        let look = DiskLook()
        let task = Task { [folders, examine] in
            // On a thread of its own: it may stand still for hours.
            let findings = try? await DedicatedThread.run(name: "veilray.work") { look.run(folders, examine) }
            if let findings { take(findings) }
            lastLook = clock.now
            looking = nil
        }
        looking = (look, task, clock.now)
    }

    private func take(_ findings: DiskLook.Findings) {
        for folder in folders { note(folder.path, findings.away[folder.path]) }
        // Of none of them anything is known while all are away.
        if findings.away.count < folders.count { free = findings.free }
        let hasRoom = free >= minimumFree
        guard hasRoom != hadRoom, minimumFree > 0 else { return }
        hadRoom = hasRoom
        observer.observe(.diskRoom(ReceiverEvent.DiskRoom(isEnough: hasRoom, freeBytes: free, minimumBytes: minimumFree)))
    }

    /// Notes whether a folder is there; tells it when it has gone, and when it is back.
    private func note(_ path: String, _ now: ReceivingError?) {
        let before = away[path]
        away[path] = now
        guard (before == nil) != (now == nil) else { return }
        observer.observe(.folderPresence(ReceiverEvent.FolderPresence(path: path, now)))
        if let now {
            log.notice("a folder is away", metadata: ["path": "\(path)", "reason": "\(now.reason)"])
        } else {
            log.notice("a folder is back", metadata: ["path": "\(path)"])
        }
    }
}

extension Task where Success == Void, Failure == Never {
    /// Whether it comes to its end within a time. It goes on if it does not.
    fileprivate func ends(within limit: Duration, by clock: any MonotonicClock) async -> Bool {
        guard limit > .zero else { return false }
        let (ends, next) = AsyncStream.makeStream(of: Bool.self)
        let waiting = Task {
            await value
            next.yield(true)
        }
        let timer = Task {
            guard (try? await clock.sleep(for: limit)) != nil else { return }
            next.yield(false)
        }
        defer {
            timer.cancel()
            waiting.cancel()
        }
        for await isEnd in ends { return isEnd }
        return false
    }
}

/// One look at all folders, on a thread that may block for as long as a file system does not answer.
final class DiskLook: Sendable {
    struct Findings: Sendable {
        /// Of the file systems that are there, on the fullest, in bytes.
        var free = Int.max
        /// By path.
        var away: [String: ReceivingError] = [:]
    }

    private let atHand = Mutex<String?>(nil)

    /// The folder that is being looked at.
    var folderAtHand: String? { atHand.withLock { $0 } }

    func run(_ folders: [GuardedFolder], _ examine: (GuardedFolder) throws -> Int) -> Findings {
        var findings = Findings()
        for folder in folders {
            atHand.withLock { $0 = folder.path }
            do {
                findings.free = min(findings.free, try examine(folder))
            } catch let error as ReceivingError where error.isFolderAway {
                findings.away[folder.path] = error
            } catch {
                findings.away[folder.path] = .folderUnreachable(folder.path, "\(error)")
            }
        }
        atHand.withLock { $0 = nil }
        return findings
    }

    /// Bytes that are left for users without privileges. A file system that says nothing is no reason to stop.
    static let freeBytes: @Sendable (GuardedFolder) throws -> Int = { guarded in
        let folder = try guarded.open()
        return try folder.reach { path in
            var status = statvfs()
            guard statvfs(path, &status) == 0 else { return Int.max }
            return Int(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
        }
    }
}
