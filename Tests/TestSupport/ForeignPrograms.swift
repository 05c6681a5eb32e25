import Foundation
public import Testing

/// Programs of others that judge ours.
///
/// A test that runs them has the traits `.needs("dcmdump", …)` and `.needsPython("pydicom", …)`; `scripts/setup --tests` installs them.
public enum ForeignPrograms {
    /// Where a program is; `nil` where it is not installed. The package's own Python environment goes before the search path.
    public static func path(of program: String) -> String? {
        let search = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return ([Package.folder + "/.venv/bin"] + search.split(separator: ":").map(String.init)).map { "\($0)/\(program)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs a program to its end.
    ///
    /// - Throws: ``ProgramFailure`` where it is not installed.
    public static func run(_ program: String, _ arguments: [String], input: [UInt8]? = nil) async throws -> Finished {
        guard let path = path(of: program) else { throw ProgramFailure("\(program) is not installed") }
        return try await TestSupport.run(path, arguments, input: input)
    }

    /// Runs a Python program, given as its words behind `python3`, and decodes the last line that it prints as JSON.
    ///
    /// - Throws: ``ProgramFailure`` with what Python said.
    public static func python<Result: Decodable>(_ words: [String], as: Result.Type = Result.self) async throws -> Result {
        let caches = ["PYTHONDONTWRITEBYTECODE": "1", "NUMBA_CACHE_DIR": NSTemporaryDirectory()]
        guard let python = path(of: "python3") else { throw ProgramFailure("python3 is not installed") }
        let finished = try await TestSupport.run(python, ["-W", "ignore"] + words, environment: caches)
        guard finished.status == 0, let line = finished.output.split(separator: "\n").last else {
            throw ProgramFailure("python3 said: \((finished.output + finished.errors).suffix(2000))")
        }
        return try JSONDecoder().decode(Result.self, from: Data(line.utf8))
    }

    /// Whether Python has all of these modules. Each question is answered once.
    static func hasPython(_ modules: [String]) async -> Bool { await PythonModules.shared.has(modules) }

    private actor PythonModules {
        static let shared = PythonModules()
        private var answers: [[String]: Bool] = [:]

        func has(_ modules: [String]) async -> Bool {
            if let known = answers[modules] { return known }
            let finished = try? await ForeignPrograms.run("python3", ["-c", "import " + modules.joined(separator: ", ")])
            answers[modules] = finished?.status == 0
            return finished?.status == 0
        }
    }
}

/// A program of others could not be run, or failed.
public struct ProgramFailure: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips where one of these programs is not installed.
    public static func needs(_ programs: String...) -> Self {
        let missing = programs.filter { ForeignPrograms.path(of: $0) == nil }
        return .enabled(if: missing.isEmpty, "not installed: \(missing.joined(separator: ", "))")
    }

    /// Skips where Python is not installed, or has not all of these modules.
    public static func needsPython(_ modules: String...) -> Self {
        .enabled("not installed: Python with \(modules.joined(separator: ", "))") { await ForeignPrograms.hasPython(modules) }
    }
}

/// DCMTK's network programs. They are named with their folder, since pynetdicom brings others of the same names.
///
/// A test that runs them has the trait `.needs("dcmdump")`.
public enum DCMTK {
    /// Runs one to its end.
    public static func run(_ program: String, _ arguments: [String]) async throws -> Finished {
        try await TestSupport.run("/usr/bin/\(program)", arguments)
    }
}
