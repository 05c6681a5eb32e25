import CLinux
import Glibc

/// A shell's command that a person has given to be run when something has happened.
///
/// The command's last arguments are those of the event. Its standard input is empty, and its output goes to this program's standard error.
public struct CommandHook: Sendable {
    /// The time that a hook may take before it is killed.
    public static let limit = Duration.seconds(300)
    private static let interval = Duration.milliseconds(50)

    public let command: String

    public init(_ command: String) {
        self.command = command
    }

    /// Runs the command to its end.
    ///
    /// - Parameters:
    ///   - arguments: put behind the command's own words; no shell looks into them.
    ///   - environment: `NAME=value`, beside this process's own.
    /// - Throws: ``ChildProcesses/Failure`` where the shell cannot be started.
    public func run(
        _ arguments: [String], environment: [String] = [], limit: Duration = CommandHook.limit
    ) async throws(ChildProcesses.Failure) -> ChildProcesses.Ending {
        let pid = try ChildProcesses.start(
            "/bin/sh", words: ["/bin/sh", "-c", command + " \"$@\"", "sh"] + arguments, environment: Self.variables + environment,
            descriptors: [nil, STDERR_FILENO, STDERR_FILENO])
        let deadline = ContinuousClock.now + limit
        while !ChildProcesses.hasEnded(pid), ContinuousClock.now < deadline {
            // A hook that was begun is run to its end also where its task is cancelled.
            let pause = Task { try? await Task.sleep(for: Self.interval) }
            await pause.value
        }
        return ChildProcesses.end(pid)
    }

    private static var variables: [String] {
        var variables: [String] = []
        var next = environ
        while let variable = next.pointee {
            variables.append(String(cString: variable))
            next += 1
        }
        return variables
    }
}

extension ChildProcesses {
    /// Whether a child has ended by itself. It is still to be waited for, as ``end(_:)`` does.
    static func hasEnded(_ pid: pid_t) -> Bool {
        var information = siginfo_t()
        return waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT) == 0 && information.si_code != 0
    }
}
