public import ArgumentParser
import Basics
import Files

/// Adds the settings of the file that `--config` names to a command line. What the command line says itself counts.
enum ConfiguredArguments {
    /// - Parameters:
    ///   - arguments: without the program's name.
    ///   - options: of the program. Asked for only where there is a file: listing them takes longer than all else at a program's start.
    ///   - read: gives a file's text.
    /// - Returns: the command line that says the same without a file.
    /// - Throws: `OperationFailure` `.invalidRequest` for settings that no command has and for values that an option does not take, `FileError`.
    static func merged(
        _ arguments: [String], _ options: @autoclosure () throws -> CommandOptions, read: (String) throws -> String
    ) throws -> [String] {
        let words = Array(arguments.prefix { $0 != "--" })
        guard words.contains(where: { $0 == "--config" || $0.hasPrefix("--config=") }) else { return arguments }
        let options = try options()
        guard let (command, count) = options.command(of: words), let path = try configurationPath(words) else { return arguments }
        let file = try ConfigurationFile(path: path, text: read(path), commands: Set(options.commands.keys))
        try check(file, options)
        var added: [String] = []
        for (name, kind) in command.options.sorted(by: { $0.key < $1.key }) where !isGiven(name, words) {
            let candidates = file.settings.filter { $0.name == name }
            // What is said for this command comes before what is said for all.
            guard let setting = candidates.last(where: { $0.command == words[0] }) ?? candidates.last(where: { $0.command == nil }) else {
                continue
            }
            added += try optionWords(for: setting, kind, file)
        }
        return arguments.prefix(count) + added + arguments.dropFirst(count)
    }

    private static func configurationPath(_ words: [String]) throws -> String? {
        for (index, word) in words.enumerated() {
            if word.hasPrefix("--config=") { return String(word.dropFirst("--config=".count)) }
            guard word == "--config" else { continue }
            guard words.indices.contains(index + 1) else { throw OperationFailure(.invalidRequest, "--config takes a file") }
            return words[index + 1]
        }
        return nil
    }

    private static func isGiven(_ name: String, _ words: [String]) -> Bool {
        words.contains { $0 == "--\(name)" || $0.hasPrefix("--\(name)=") }
    }

    private static func optionWords(
        for setting: ConfigurationFile.Setting, _ kind: CommandOptions.Kind, _ file: ConfigurationFile
    ) throws -> [String] {
        switch (kind, setting.value) {
        case (.option, .one(let value)): return ["--\(setting.name)=\(value)"]
        case (.option(isRepeating: true), .list(let values)): return values.map { "--\(setting.name)=\($0)" }
        case (.option(isRepeating: false), .list): throw failure(file, setting, "takes one value, not a list")
        case (.option, .none): throw failure(file, setting, "has no value")
        case (.flag, .one(let value)):
            switch value.lowercased() {
            case "true", "yes", "on": return ["--\(setting.name)"]
            case "false", "no", "off": return []
            default: break
            }
        case (.flag, .list), (.flag, .none): break
        }
        throw failure(file, setting, "is true or false")
    }

    /// A setting that nothing reads is a mistake, and so is a value that its option does not take, also of a command that does not run now.
    private static func check(_ file: ConfigurationFile, _ options: CommandOptions) throws {
        var seen: Set<String> = []
        for setting in file.settings {
            let kinds =
                if let command = setting.command { [options.commands[command]?.allOptions[setting.name]].compactMap(\.self) } else {
                    options.commands.values.compactMap { $0.allOptions[setting.name] }
                }
            guard !kinds.isEmpty else {
                throw OperationFailure(
                    .invalidRequest,
                    "\(place(of: setting, file)): there is no setting '\(setting.name)'\(setting.command.map { " of '\($0)'" } ?? "")")
            }
            guard seen.insert("\(setting.command ?? "") \(setting.name)").inserted else {
                throw OperationFailure(.invalidRequest, "\(place(of: setting, file)): '\(setting.name)' is set twice")
            }
            for kind in kinds { _ = try optionWords(for: setting, kind, file) }
        }
    }

    private static func failure(
        _ file: ConfigurationFile, _ setting: ConfigurationFile.Setting, _ reason: String
    ) -> OperationFailure {
        OperationFailure(.invalidRequest, "\(place(of: setting, file)): '\(setting.name)' \(reason)")
    }

    private static func place(of setting: ConfigurationFile.Setting, _ file: ConfigurationFile) -> String {
        "\(file.path):\(setting.line)"
    }
}

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
