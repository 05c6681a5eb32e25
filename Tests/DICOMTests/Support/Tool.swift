import Foundation

/// Programs that serve as outside judges where they are installed.
enum Tool {
    struct Output {
        let status: Int32
        let text: String
    }

    /// Says so when a program is missing.
    static func isMissing(_ name: String) -> Bool {
        let isThere = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
        if !isThere { print("skipped: \(name) is not installed") }
        return !isThere
    }

    /// Whether Python cannot import a module.
    static func isMissing(pythonModule module: String) throws -> Bool {
        if isMissing("python3") { return true }
        let isMissing = try run("python3", ["-c", "import \(module)"]).status != 0
        if isMissing { print("skipped: Python has no module \(module)") }
        return isMissing
    }

    /// Runs a program to its end; standard error is part of the text.
    static func run(_ name: String, _ arguments: [String]) throws -> Output {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [name] + arguments
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try Data().write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let handle = try FileHandle(forWritingTo: file)
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return Output(status: process.terminationStatus, text: String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }

    /// Runs a Python program over files and takes what it writes as JSON.
    static func python<Result: Decodable>(_ program: String, _ arguments: [String], as: Result.Type) throws -> Result {
        let output = try run("python3", ["-W", "ignore", "-c", program] + arguments)
        let json = output.text.split(separator: "\n").last.map(String.init) ?? ""
        do {
            return try JSONDecoder().decode(Result.self, from: Data(json.utf8))
        } catch {
            throw ToolFailure(description: "python3 said: \(output.text.suffix(2000))")
        }
    }
}

struct ToolFailure: Error, CustomStringConvertible {
    let description: String
}

/// A directory that is gone after the test.
final class Scratch {
    let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("veilray-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    func write(_ bytes: [UInt8], _ name: String) throws -> String {
        let file = directory.appendingPathComponent(name)
        try Data(bytes).write(to: file)
        return file.path
    }

    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: directory.appendingPathComponent(name))) }

    func path(_ name: String) -> String { directory.appendingPathComponent(name).path }
}
