import Foundation
import TestSupport
import Testing

extension Site {
    /// Lets nobody write to the small file system, or lets them again.
    func remount(_ disk: String, readOnly: Bool) async throws {
        try await succeed("/bin/sh", ["-c", "mount -o remount,\(readOnly ? "ro" : "rw") \(disk)"])
    }

    /// Mounts a small file system to fill. `umount2` takes it away.
    func smallDisk(_ size: String) async throws -> String {
        let disk = folder + "/small-disk"
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        let mounted = try await run("/bin/sh", ["-c", "mount -t tmpfs -o size=\(size) veilray-test \(disk)"])
        guard mounted.status == 0 else { throw ProgramFailure("a small file system cannot be mounted: \(mounted.errors)") }
        return disk
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips where this process may not mount file systems.
    static var needsSmallDisk: Self {
        .enabled("a small file system cannot be mounted here") {
            let site = try Site()
            guard let disk = try? await site.smallDisk("64k") else { return false }
            umount2(disk, Int32(MNT_DETACH))
            return true
        }
    }
}
