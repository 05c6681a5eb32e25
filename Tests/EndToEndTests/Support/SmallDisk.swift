import Foundation

extension Site {
    /// A small file system to fill, to be taken away with `umount2`; `nil`, with a printed reason, where none can be mounted.
    func smallDisk(megabytes: Int) async throws -> String? {
        let disk = folder + "/small-disk"
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        let mounted = try await run("/bin/sh", ["-c", "mount -t tmpfs -o size=\(megabytes)m veilray-test \(disk)"])
        if mounted.status == 0 { return disk }
        print("skipped: a small file system cannot be mounted here: \(mounted.errors)")
        return nil
    }
}
