import Foundation

/// Programs of others that judge what ours made.
enum Judges {
    enum Tool: String {
        case dcmdump
        case gdcmconv
        case openssl
        case sha256sum
        case python3
    }

    /// Whether all of these are installed, Python with pydicom and its decoders; prints what is missing.
    static func are(_ tools: Tool...) async -> Bool {
        var missing = tools.filter { $0 != .python3 && path(of: $0) == nil }.map(\.rawValue)
        if tools.contains(.python3), await !pythonIsReady.value { missing.append("python3 with pydicom, numpy and pylibjpeg") }
        if !missing.isEmpty { print("skipped: \(missing.joined(separator: ", ")) not installed") }
        return missing.isEmpty
    }

    private static let pythonIsReady = Task {
        guard let python = path(of: .python3) else { return false }
        let check = "import pydicom, numpy, libjpeg, openjpeg; assert int(pydicom.__version__.split('.')[0]) >= 3"
        return (try? await run(python, ["-c", check]).status) == 0
    }

    /// Whether there is a PACS that can be told what to answer; prints what is missing.
    static func arePACS() async -> Bool {
        guard let python = path(of: .python3), (try? await run(python, ["-c", "import pynetdicom"]).status) == 0 else {
            print("skipped: python3 with pynetdicom not installed")
            return false
        }
        return true
    }

    /// The package's own Python environment goes before the system's.
    static func path(of tool: Tool) -> String? {
        let own = tool == .python3 ? [Package.folder + "/.venv/bin"] : []
        let folders = own + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map(String.init)
        return folders.map { "\($0)/\(tool.rawValue)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Has a script of `Judges/` judge many cases in one run.
    ///
    /// - Parameters:
    ///   - cases: what the script's head says a case consists of.
    ///   - folder: where the list of cases may be written.
    static func judge<Judgement: Decodable>(
        _ script: String, _ cases: [[String: String]], in folder: String, as type: Judgement.Type = Judgement.self
    ) async throws -> [Judgement] {
        let list = "\(folder)/cases-\(UUID().uuidString).json"
        try JSONSerialization.data(withJSONObject: cases).write(to: URL(filePath: list))
        let finished = try await run(
            path(of: .python3) ?? "python3", ["\(Package.folder)/Tests/EndToEndTests/Judges/\(script)", list],
            environment: ["PYTHONDONTWRITEBYTECODE": "1"])
        guard finished.status == 0 else { throw Unable(script: script, errors: finished.errors) }
        return try JSONDecoder().decode([Judgement].self, from: Data(finished.output.utf8))
    }

    /// A judge that could not judge.
    struct Unable: Error, CustomStringConvertible {
        let script: String
        let errors: String
        var description: String { "\(script) failed: \(errors)" }
    }
}

/// What `restored.py` says.
struct RestoredJudgement: Decodable, Sendable {
    let name: String
    /// The original's pixel data is not encapsulated.
    let native: Bool
    let identical: Bool
    /// Elements that differ, and "pixels".
    let differences: [String]
}

/// What `stego.py` says. Quality is there where both images could be decoded.
struct StegoJudgement: Decodable, Sendable {
    let name: String
    /// Why it is no sound DICOM file.
    let unsound: String?
    let privateGroups: [Int]?
    let identityRemoved: String?
    let sharedUIDs: [String]?
    let leaks: [String]?
    let highBits: String?
    /// The file shows a black picture instead of the original's.
    let placeholder: Bool?
    let originalDecodable: Bool?
    let originalUndecodable: String?
    let maximumChange: Int?
    let changedSamples: Int?
    let psnr: Double?
}

/// What `strip_private.py` says: nothing.
struct StrippedJudgement: Decodable, Sendable {
    let name: String
}
