public import ArgumentParser
import Basics
import Files

extension ConfiguredArguments {
    /// This process's command line with the settings of the file that it names, as that is now.
    ///
    /// - Throws: as ``merged(_:_:read:)``.
    static func ofThisProcess(_ program: any ParsableCommand.Type) throws -> [String] {
        try merged(Array(CommandLine.arguments.dropFirst()), CommandOptions(of: program)) { path in
            do {
                return try TextFile.read(path, limit: 1 << 20)
            } catch let error as FileError where error.isMissing {
                throw OperationFailure(.invalidRequest, "\(path): there is no such file; check --config")
            }
        }
    }
}

/// The settings of a service, whose file may be another one while it runs.
///
/// `Program` is what the command is of.
public struct CommandSettings<Program: ParsableCommand & SendableMetatype, Command: ParsableCommand>: Sendable {
    /// The words of the command line at the start.
    private let words: Set<String>

    /// Call it when the command begins.
    ///
    /// - Throws: `OperationFailure` `.invalidRequest`, `FileError`.
    public init(_: Command.Type, of _: Program.Type) throws {
        words = Set(try ConfiguredArguments.ofThisProcess(Program.self))
    }

    /// Reads the file again.
    ///
    /// - Returns: the command as it would be if it began now, and the names of the options that are not as they were at the start.
    /// - Throws: `OperationFailure` `.invalidRequest` for settings that cannot be; `FileError`.
    public func now() throws -> (command: Command, changed: Set<String>) {
        let now = try ConfiguredArguments.ofThisProcess(Program.self)
        let command: any ParsableCommand
        do { command = try Program.parseAsRoot(now) } catch {
            throw OperationFailure(.invalidRequest, Program.message(for: error))
        }
        guard let command = command as? Command else {
            throw OperationFailure(.invalidRequest, "the command line does not begin this command")
        }
        return (command, Self.names(words.symmetricDifference(now)))
    }

    private static func names(_ words: Set<String>) -> Set<String> {
        Set(words.filter { $0.hasPrefix("--") }.map { String($0.dropFirst(2).prefix { $0 != "=" }) })
    }
}
