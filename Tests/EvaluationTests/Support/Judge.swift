import TestSupport

/// Has a script of `Judges/` judge what lies in files, and decodes its answer.
func judge<Judgement: Decodable>(_ script: String, _ arguments: [String]) async throws -> Judgement {
    try await ForeignPrograms.python(["\(Package.folder)/Tests/EvaluationTests/Judges/\(script)"] + arguments)
}
