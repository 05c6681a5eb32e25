import ChildProcesses

extension CommandHook {
    /// Runs the command to its end.
    ///
    /// - Parameter occasion: what it is for, as a person reads it: "critical replies".
    /// - Returns: a sentence where it was not run or ended badly.
    func trouble(for occasion: String, _ arguments: [String], environment: [String]) async -> String? {
        do {
            let ending = try await run(arguments, environment: environment)
            return ending == .exited(0) ? nil : "the command for \(occasion) ended badly: \(ending)"
        } catch {
            return "the command for \(occasion) was not run: \(error)"
        }
    }
}
