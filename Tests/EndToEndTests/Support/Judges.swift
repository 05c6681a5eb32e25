import Foundation
import TestSupport
import Testing

/// Scripts of `Judges/`, in the package's own Python environment.
enum Judges {
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
            try #require(ForeignPrograms.path(of: "python3")), ["\(Package.folder)/Tests/EndToEndTests/Judges/\(script)", list],
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

extension Trait where Self == ConditionTrait {
    /// Skips where the judges' Python packages are not installed.
    static var needsJudges: Self { .needsPython("pydicom", "numpy", "libjpeg", "openjpeg") }
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
