import CLinux
import Glibc

/// The memory that this process may have, found out once, before much of it is used.
public enum MemoryLimits {
    /// Bytes of the machine's memory.
    public static let physical = Int(sysconf(Int32(_SC_PHYS_PAGES))) * pageSize

    /// The memory that this process was given: by its control groups, and by the limit of its address space, less the part that the program
    /// itself has mapped. `nil` where nothing limits it.
    public static let imposed: Int? = [controlGroups, addressSpace].compactMap(\.self).min()

    /// Gives back to the kernel what the allocator keeps and is free now. Takes milliseconds: for the end of something large and rare.
    public static func returnFreedMemory() { malloc_trim(0) }

    private static let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))

    /// The limit that `ulimit -v` sets (setrlimit(2)), less the bytes that are mapped by now.
    private static var addressSpace: Int? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur != rlim_t.max else { return nil }
        let mapped = text("/proc/self/statm").flatMap { $0.split(separator: " ").first }.flatMap { Int($0) } ?? 0
        return max(0, Int(clamping: limit.rlim_cur) - mapped * pageSize)
    }

    /// The least of the limits of this process's group and of those above it (cgroups(7)): one hierarchy, or one of memory alone.
    private static var controlGroups: Int? {
        let groups = text("/proc/self/cgroup")?.split(separator: "\n") ?? []
        return groups.compactMap { line -> Int? in
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return nil }
            if parts[1].isEmpty { return least("/sys/fs/cgroup", parts[2], "memory.max") }
            guard parts[1].split(separator: ",").contains("memory") else { return nil }
            return least("/sys/fs/cgroup/memory", parts[2], "memory.limit_in_bytes")
        }.min()
    }

    private static func least(_ root: String, _ group: Substring, _ file: String) -> Int? {
        var path = root
        var limits = [limit("\(path)/\(file)")]
        for part in group.split(separator: "/") {
            path += "/\(part)"
            limits.append(limit("\(path)/\(file)"))
        }
        return limits.compactMap(\.self).min()
    }

    /// - Returns: `nil` for "max", and for the huge number that stands for no limit in the older hierarchy.
    private static func limit(_ path: String) -> Int? {
        guard let bytes = text(path).flatMap({ Int($0.prefix { $0.isNumber }) }), bytes < 1 << 60 else { return nil }
        return bytes
    }

    /// The beginning of a short file.
    private static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
}
