import Foundation

/// What this process takes of the machine's memory (proc(5)).
enum Memory {
    /// How much more than before `body` takes at its worst, in bytes.
    static func peakGrowth(_ body: () throws -> Void) throws -> Int {
        // 5: the peak begins anew.
        try Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"), options: [])
        let before = try bytes("VmRSS:")
        try body()
        return try bytes("VmHWM:") - before
    }

    private static func bytes(_ name: String) throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
        return (line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) << 10
    }
}
