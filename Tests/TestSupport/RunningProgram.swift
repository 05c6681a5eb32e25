import Basics
import ChildProcesses
import Foundation
import Synchronization

/// What a program that ran to its end left.
public struct Finished: Sendable {
    /// The exit status, negative for the signal that ended it.
    public let status: Int32
    public let outputBytes: [UInt8]
    public let errors: String

    public var output: String { String(decoding: outputBytes, as: UTF8.self) }

    /// The lines of `--json` output.
    public var events: [[String: Any]] { JSONEvents.parse(output) }

    public func events(named name: String) -> [[String: Any]] {
        events.filter { $0["event"] as? String == name }
    }
}

public enum JSONEvents {
    public static func parse(_ text: String) -> [[String: Any]] {
        text.split(separator: "\n").compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }
}

/// Runs a program to its end.
public func run(
    _ executable: String, _ arguments: [String], environment: [String: String] = [:], input: [UInt8]? = nil
) async throws -> Finished {
    try await RunningProgram(
        executable, arguments, environment: environment, input: input.map(RunningProgram.Input.bytes) ?? .nothing
    ).finish()
}

/// A program that was started. SIGKILL ends it when the deadline passes, so no test can hang.
///
/// Foundation's Process is not used: it notices an end by a descriptor that other children inherit, so with many of them at once
/// one's end is noticed only when others have ended too. Output goes to files for the same reason.
public final class RunningProgram: Sendable {
    /// What the program reads from its standard input.
    public enum Input: Sendable {
        case nothing
        case bytes([UInt8])
        /// The input stays open and silent for as long as the program runs.
        case silence
    }

    private struct State {
        var status: Int32?
        var waiting: [CheckedContinuation<Int32, Never>] = []
    }

    public let pid: pid_t
    private let folder: TemporaryFolder
    /// The other end of a silent input; -1 without one.
    private let silence: Int32
    private let state = Mutex(State())

    public init(
        _ executable: String, _ arguments: [String], environment: [String: String] = [:], input: Input = .nothing,
        deadline: Duration = .seconds(300)
    ) throws {
        folder = try TemporaryFolder()
        (pid, silence) = try Self.spawn(executable, arguments, environment: environment, input: input, in: folder)
        Thread.detachNewThread { [self] in waitForEnd() }
        Task { [weak self] in
            try await Task.sleep(for: deadline)
            self?.signal(SIGKILL)
        }
    }

    private static func spawn(
        _ executable: String, _ arguments: [String], environment: [String: String], input: Input, in folder: TemporaryFolder
    ) throws -> (pid_t, silence: Int32) {
        var (inputFile, silence): (Int32?, Int32) = (nil, -1)
        switch input {
        case .nothing: break
        case .bytes(let bytes): inputFile = open(try folder.write(bytes, as: "input"), O_RDONLY | O_CLOEXEC)
        case .silence:
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { throw ProgramFailure("\(executable): no pipe for its input") }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            (inputFile, silence) = (ends[0], ends[1])
        }
        let outputs = ["output", "errors"].map { open(folder($0), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) }
        defer { for file in outputs + [inputFile ?? -1] where file >= 0 { close(file) } }
        guard (outputs + [inputFile ?? 0]).allSatisfy({ $0 >= 0 }) else {
            throw ProgramFailure("\(executable): no file for its input or output")
        }
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
        let pid = try ChildProcesses.start(
            executable, words: [executable] + arguments, environment: variables, descriptors: [inputFile] + outputs)
        return (pid, silence)
    }

    private func waitForEnd() {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        if silence >= 0 { close(silence) }
        // The low seven bits are the signal that ended it, or 0; the next byte the exit code (wait(2)).
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
        let waiting = state.withLock { state in
            state.status = code
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: code) }
    }

    public var isRunning: Bool { state.withLock { $0.status == nil } }

    public func signal(_ number: Int32) {
        // Under the lock: a process that has not been waited for keeps its number.
        state.withLock { if $0.status == nil { _ = kill(pid, number) } }
    }

    /// Waits for the program's end.
    public func finish() async -> Finished {
        let code = await withCheckedContinuation { continuation in
            let known = state.withLock { state in
                if state.status == nil { state.waiting.append(continuation) }
                return state.status
            }
            if let known { continuation.resume(returning: known) }
        }
        return Finished(status: code, outputBytes: folder.bytes("output") ?? [], errors: folder.text("errors") ?? "")
    }

    /// The most memory that it has had at once, in bytes; `nil` once it has ended.
    public var peakMemory: Int? {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
        else { return nil }
        return Int(line.filter(\.isNumber)).map { $0 * 1024 }
    }

    /// The processes that it has started and that have not ended.
    public var children: [pid_t] {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        return threads.flatMap { thread -> [pid_t] in
            let list = try? String(contentsOfFile: "/proc/\(pid)/task/\(thread)/children", encoding: .utf8)
            return (list ?? "").split(separator: " ").compactMap { pid_t($0) }
        }
    }

    // MARK: Output so far

    /// The `--json` events of this name that were printed so far.
    public func events(named name: String) -> [[String: Any]] {
        JSONEvents.parse(folder.text("output") ?? "").filter { $0["event"] as? String == name }
    }

    /// What was printed so far, line by line.
    public var lines: [Substring] { (folder.text("output") ?? "").split(separator: "\n") }

    /// Whether a text was printed so far.
    public func hasPrinted(_ part: String) -> Bool { folder.text("output")?.contains(part) ?? false }

    /// Waits until that many `--json` events of this name were printed; returns the last of them.
    @discardableResult
    public func event(_ name: String, number: Int = 1, within limit: Duration = .seconds(60)) async throws -> [String: Any] {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            let mayHaveMore = isRunning
            let events = events(named: name)
            if events.count >= number { return events[number - 1] }
            guard mayHaveMore else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw ProgramFailure("no event “\(name)”; output: \(folder.text("output") ?? "") errors: \(folder.text("errors") ?? "")")
    }
}
