import Foundation

/// Runs a script of `Judges/` in the package's own Python environment.
enum PythonJudge {
    static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    private static let python = "\(package)/.venv/bin/python"

    /// Whether the judges' packages are installed; prints what is missing.
    static let isReady: Bool = {
        let check = "import conseal, numpy, scipy, skimage; import importlib.util as u; assert u.find_spec('sealwatch')"
        guard FileManager.default.isExecutableFile(atPath: python), (try? run(["-c", check])) != nil else {
            print("skipped: conseal, sealwatch and scikit-image are not installed (scripts/setup --tests)")
            return false
        }
        return true
    }()

    /// Has a script judge what lies in a folder.
    static func judge<Judgement: Decodable>(_ script: String, _ arguments: [String], as type: Judgement.Type = Judgement.self) throws
        -> Judgement
    {
        let output = try run(["\(package)/Tests/EvaluationTests/Judges/\(script)"] + arguments)
        return try JSONDecoder().decode(Judgement.self, from: output)
    }

    struct Unable: Error, CustomStringConvertible {
        let description: String
    }

    private static func run(_ arguments: [String]) throws -> Data {
        let process = Process()
        let (output, errors) = (Pipe(), FileManager.default.temporaryDirectory.appending(path: "judge-\(UUID().uuidString).log"))
        try Data().write(to: errors)
        defer { try? FileManager.default.removeItem(at: errors) }
        process.executableURL = URL(filePath: python)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["PYTHONDONTWRITEBYTECODE": "1", "NUMBA_CACHE_DIR": FileManager.default.temporaryDirectory.path]
        ) { $1 }
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Unable(description: String(decoding: (try? Data(contentsOf: errors)) ?? Data(), as: UTF8.self))
        }
        return data
    }
}

/// A folder that is gone when the test ends.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "veilray-evaluation-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8], as name: String) throws {
        try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"))
    }
}
