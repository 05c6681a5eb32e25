import Foundation
import Synchronization

/// A helper program run by a test: its standard streams are files, so that no amount of output can block it.
final class TestProcess: Sendable {
    let directory: TemporaryDirectory
    private let process: Mutex<Process>
    private let ended: AsyncStream<Int32>

    /// - Parameter input: What it reads; `nil` leaves its standard input open and silent for as long as it runs.
    init(_ executable: String, _ arguments: [String], input: [UInt8]? = nil) throws {
        directory = try TemporaryDirectory()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.standardOutput = try FileHandle(forWritingTo: directory.create("stdout"))
        process.standardError = try FileHandle(forWritingTo: directory.create("stderr"))
        if let input {
            let file = try directory.create("stdin")
            try Data(input).write(to: file)
            process.standardInput = try FileHandle(forReadingFrom: file)
        } else {
            process.standardInput = Pipe()
        }
        let (ended, continuation) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { process in
            continuation.yield(process.terminationStatus)
            continuation.finish()
        }
        self.ended = ended
        try process.run()
        self.process = Mutex(process)
    }

    deinit { terminate() }

    var output: [UInt8] { directory.read("stdout") }

    var errorText: String { String(decoding: directory.read("stderr"), as: UTF8.self) }

    var isRunning: Bool { process.withLock { $0.isRunning } }

    func terminate() {
        process.withLock { process in
            // Some programs take their time after SIGTERM.
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        }
    }

    /// Waits for its end. To be called once.
    func exitStatus() async -> Int32 {
        for await status in ended { return status }
        return -1
    }

    /// Runs a program to its end.
    static func run(_ executable: String, _ arguments: [String], input: [UInt8]? = []) async throws -> TestProcess {
        let process = try TestProcess(executable, arguments, input: input)
        let status = await process.exitStatus()
        guard status == 0 else { throw TestFailure("\(executable) \(arguments) ended with \(status): \(process.errorText)") }
        return process
    }
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// A directory that goes with its owner.
final class TemporaryDirectory: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("securechanneltests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    func create(_ name: String) throws -> URL {
        try Data().write(to: url.appendingPathComponent(name))
        return url.appendingPathComponent(name)
    }

    func read(_ name: String) -> [UInt8] {
        (try? Data(contentsOf: url.appendingPathComponent(name))).map { Array($0) } ?? []
    }
}
