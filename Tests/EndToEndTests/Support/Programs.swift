import Foundation
import Synchronization

/// The executables that `swift build` made beside the tests.
enum Programs {
    static let send = path("veilray-send")
    static let receive = path("veilray-receive")

    /// The folder of the running test bundle is the products' folder; VEILRAY_BIN names another.
    private static func path(_ name: String) -> String {
        let folder =
            ProcessInfo.processInfo.environment["VEILRAY_BIN"]
            ?? (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            .map { ($0 as NSString).deletingLastPathComponent } ?? "."
        return folder + "/" + name
    }
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
final class RunningProgram: Sendable {
    private struct State {
        let process: Process
    }

    private let state: Mutex<State>
    private let output = Collector()
    private let errors = Collector()
    private let status: AsyncStream<Int32>

    init(_ executable: String, _ arguments: [String], environment: [String: String] = [:], deadline: Duration = .seconds(120)) throws {
        let process = Process()
        process.executableURL = URL(filePath: executable)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output.pipe
        process.standardError = errors.pipe
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        status = stream
        process.terminationHandler = { finished in
            let signal = finished.terminationReason == .uncaughtSignal
            continuation.yield(signal ? -finished.terminationStatus : finished.terminationStatus)
            continuation.finish()
        }
        try process.run()
        let pid = process.processIdentifier
        state = Mutex(State(process: process))
        output.begin()
        errors.begin()
        Task { [weak self] in
            try await Task.sleep(for: deadline)
            if self?.isRunning == true { kill(pid, SIGKILL) }
        }
    }

    var isRunning: Bool { state.withLock { $0.process.isRunning } }

    func signal(_ number: Int32) {
        state.withLock { if $0.process.isRunning { kill($0.process.processIdentifier, number) } }
    }

    /// The exit status, negative for a signal, with all that was printed.
    func finish() async -> Finished {
        var code: Int32 = -1
        for await status in status { code = status }
        return Finished(status: code, output: await output.wholeText(), errors: await errors.wholeText())
    }

    /// Waits until a `--json` event of this name was printed.
    func event(_ name: String, within limit: Duration = .seconds(20)) async throws -> [String: Any] {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if let event = JSONEvents.parse(output.textSoFar).first(where: { $0["event"] as? String == name }) { return event }
            guard isRunning else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw NoEvent(name: name, output: output.textSoFar, errors: errors.textSoFar)
    }

    struct NoEvent: Error, CustomStringConvertible {
        let name: String
        let output: String
        let errors: String
        var description: String { "no event “\(name)”; output: \(output) errors: \(errors)" }
    }
}

/// Collects what comes through a pipe until it is closed.
private final class Collector: Sendable {
    let pipe = Pipe()
    private let bytes = Mutex(Data())
    private let end: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation) = AsyncStream.makeStream()

    func begin() {
        pipe.fileHandleForReading.readabilityHandler = { [self] handle in
            let more = handle.availableData
            if more.isEmpty {
                handle.readabilityHandler = nil
                end.continuation.finish()
            } else {
                bytes.withLock { $0.append(more) }
            }
        }
    }

    var textSoFar: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

    func wholeText() async -> String {
        for await _ in end.stream {}
        return textSoFar
    }
}

/// Runs a program to its end.
func run(_ executable: String, _ arguments: [String], environment: [String: String] = [:]) async throws -> Finished {
    try await RunningProgram(executable, arguments, environment: environment).finish()
}
