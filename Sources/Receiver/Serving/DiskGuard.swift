import CommandLineSupport
import Foundation
import Logging

/// Watches the room that is left where the spool and the restored files are, so that senders wait before a disk is full.
actor DiskGuard {
    /// An answer counts for this long: chunks come by the thousand.
    private static let memory = Duration.milliseconds(250)

    nonisolated let minimumFree: Int
    private let folders: [String]
    private let pool: WorkerPool
    private let reporter: ReceiverReporter
    private var lastLook: ContinuousClock.Instant?
    private var free = Int.max
    private var hadRoom = true

    /// - Parameters:
    ///   - minimumFree: bytes to be kept free; 0 asks for nothing.
    ///   - folders: on the file systems that matter; those that are not there yet are judged by the ones above them.
    init(minimumFree: Int, folders: [String], pool: WorkerPool, reporter: ReceiverReporter) {
        self.minimumFree = minimumFree
        self.folders = folders
        self.pool = pool
        self.reporter = reporter
    }

    /// Whether more may come.
    func hasRoom() async -> Bool {
        guard minimumFree > 0 else { return true }
        return await freeBytes() >= minimumFree
    }

    /// What is left on the fullest of the file systems.
    func freeBytes() async -> Int {
        if let lastLook, ContinuousClock.now - lastLook < Self.memory { return free }
        lastLook = .now
        free = (try? await pool.run { [folders] in folders.map(Self.freeBytes).min() ?? .max }) ?? free
        let hasRoom = free >= minimumFree
        if hasRoom != hadRoom, minimumFree > 0 {
            hadRoom = hasRoom
            reporter.report(ReceiverReport.DiskRoom(isEnough: hasRoom, freeBytes: free, minimumBytes: minimumFree))
        }
        return free
    }

    /// For users without privileges. A file system that says nothing is no reason to stop.
    private static func freeBytes(_ folder: String) -> Int {
        var status = statvfs()
        while statvfs(folder, &status) != 0 {
            let parent = AtomicFile.parent(of: folder)
            guard parent != folder else { return .max }
            return freeBytes(parent)
        }
        return Int(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
    }
}
