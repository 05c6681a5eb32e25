public import ChildProcesses

extension CommandHook {
    /// Runs the command to its end, and complains where it was not run or ended badly.
    ///
    /// - Parameter occasion: what it is for, as a person reads it: "critical replies".
    public func runComplaining(for occasion: String, _ arguments: [String], environment: [String]) async {
        do {
            let ending = try await run(arguments, environment: environment)
            if ending != .exited(0) { Console.complain("the command for \(occasion) ended badly: \(ending)") }
        } catch {
            Console.complain("the command for \(occasion) was not run: \(error)")
        }
    }
}
