import ChildProcesses
import Foundation
import Synchronization

/// The executables that `swift build` made beside the tests.
enum Programs {
    static let send = path("veilray-send")
    static let receive = path("veilray-receive")

    /// The folder of the running test bundle is the products' folder; VEILRAY_BIN names another.
    static let folder =
        ProcessInfo.processInfo.environment["VEILRAY_BIN"]
        ?? (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        .map { ($0 as NSString).deletingLastPathComponent } ?? "."

    private static func path(_ name: String) -> String { folder + "/" + name }
}

/// What a program that ran to its end left.
struct Finished: Sendable {
    let status: Int32
    let output: String
    let errors: String

    /// The lines of `--json` output.
    var events: [[String: Any]] { JSONEvents.parse(output) }

    func events(named name: String) -> [[String: Any]] {
        events.filter { $0["event"] as? String == name }
    }
}

enum JSONEvents {
    static func parse(_ text: String) -> [[String: Any]] {
        text.split(separator: "\n").compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }
}

/// A program that was started; it is ended with SIGKILL when the deadline passes, so no test can hang.
///
/// Foundation's Process is not used: it notices an end by a descriptor that other children inherit, so with many of them at once
/// one's end is noticed only when others have ended too. Output goes to files for the same reason.
final class RunningProgram: Sendable {
    private struct State {
        var status: Int32?
        var waiting: [CheckedContinuation<Int32, Never>] = []
    }

    let pid: pid_t
    private let folder: String
    private let state = Mutex(State())

    init(_ executable: String, _ arguments: [String], environment: [String: String] = [:], deadline: Duration = .seconds(120)) throws {
        folder = NSTemporaryDirectory() + "veilray-output-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        pid = try Self.spawn(executable, arguments, environment: environment, output: folder + "/output", errors: folder + "/errors")
        Thread.detachNewThread { [self] in waitForEnd() }
        Task { [weak self] in
            try await Task.sleep(for: deadline)
            self?.signal(SIGKILL)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private static func spawn(
        _ executable: String, _ arguments: [String], environment: [String: String], output: String, errors: String
    ) throws -> pid_t {
        let files: [Int32] = [output, errors].map { (path: String) in open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) }
        defer { for file in files where file >= 0 { close(file) } }
        guard !files.contains(where: { $0 < 0 }) else {
            throw NotStarted(executable: executable, reason: "its output has no file")
        }
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
        do throws(ChildProcesses.Failure) {
            return try ChildProcesses.start(
                executable, words: [executable] + arguments, environment: variables, descriptors: [nil] + files)
        } catch {
            throw NotStarted(executable: executable, reason: String(cString: strerror(error.number)))
        }
    }

    struct NotStarted: Error {
        let executable: String
        let reason: String
    }

    private func waitForEnd() {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        // The low seven bits are the signal that ended it, or 0; the next byte the exit code (wait(2)).
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
        let waiting = state.withLock { state in
            state.status = code
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: code) }
    }

    var isRunning: Bool { state.withLock { $0.status == nil } }

    func signal(_ number: Int32) {
        // Under the lock: a process that has not been waited for keeps its number.
        state.withLock { if $0.status == nil { _ = kill(pid, number) } }
    }

    /// The exit status, negative for a signal, with all that was printed.
    func finish() async -> Finished {
        let code = await withCheckedContinuation { continuation in
            let known = state.withLock { state in
                if state.status == nil { state.waiting.append(continuation) }
                return state.status
            }
            if let known { continuation.resume(returning: known) }
        }
        return Finished(status: code, output: text("output"), errors: text("errors"))
    }

    private func text(_ name: String) -> String {
        FileManager.default.contents(atPath: "\(folder)/\(name)").map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// The `--json` events of this name that were printed so far.
    func events(named name: String) -> [[String: Any]] {
        JSONEvents.parse(text("output")).filter { $0["event"] as? String == name }
    }

    /// Whether a text was printed so far.
    func hasPrinted(_ part: String) -> Bool { text("output").contains(part) }

    /// The most memory that it has had at once, in bytes; `nil` once it has ended.
    var peakMemory: Int? {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
        else { return nil }
        return Int(line.filter(\.isNumber)).map { $0 * 1024 }
    }

    /// The processes that it has started and that have not ended.
    var children: [pid_t] {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        return threads.flatMap { thread -> [pid_t] in
            let list = try? String(contentsOfFile: "/proc/\(pid)/task/\(thread)/children", encoding: .utf8)
            return (list ?? "").split(separator: " ").compactMap { pid_t($0) }
        }
    }

    /// Waits until that many `--json` events of this name were printed; returns the last of them.
    @discardableResult
    func event(_ name: String, number: Int = 1, within limit: Duration = .seconds(60)) async throws -> [String: Any] {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            let mayHaveMore = isRunning
            let events = events(named: name)
            if events.count >= number { return events[number - 1] }
            guard mayHaveMore else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw NoEvent(name: name, output: text("output"), errors: text("errors"))
    }

    struct NoEvent: Error, CustomStringConvertible {
        let name: String
        let output: String
        let errors: String
        var description: String { "no event “\(name)”; output: \(output) errors: \(errors)" }
    }
}

/// Runs a program to its end.
func run(_ executable: String, _ arguments: [String], environment: [String: String] = [:]) async throws -> Finished {
    try await RunningProgram(executable, arguments, environment: environment).finish()
}
