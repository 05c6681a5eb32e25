import Foundation
import Synchronization

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
