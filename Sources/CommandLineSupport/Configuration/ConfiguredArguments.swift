public import ArgumentParser
import Foundation

/// Adds the settings of the file that `--config` names to a command line. What the command line says itself counts.
enum ConfiguredArguments {
    /// - Parameters:
    ///   - arguments: without the program's name.
    ///   - read: gives a file's text.
    /// - Returns: the command line that says the same without a file.
    /// - Throws: ``CommandFailure`` `.usage` for settings that no command has, `FileError`.
    static func merged(
        _ arguments: [String], _ options: CommandOptions, read: (String) throws -> String
    ) throws -> [String] {
        let words = arguments.prefix { $0 != "--" }
        guard let command = arguments.first, let (wordCount, own) = options.command(in: Array(words)),
            let path = try configurationPath(Array(words))
        else { return arguments }
        let file = try ConfigurationFile(path: path, text: read(path), commands: Set(options.commands.keys))
        try check(file, options)
        var added: [String] = []
        for (name, kind) in own.sorted(by: { $0.key < $1.key }) where !isGiven(name, Array(words)) {
            let candidates = file.settings.filter { $0.name == name }
            // What is said for this command comes before what is said for all.
            guard let setting = candidates.last(where: { $0.command == command }) ?? candidates.last(where: { $0.command == nil }) else {
                continue
            }
            added += try optionWords(for: setting, kind, file)
        }
        return Array(arguments.prefix(wordCount)) + added + arguments.dropFirst(wordCount)
    }

    private static func configurationPath(_ words: [String]) throws -> String? {
        for (index, word) in words.enumerated() {
            if word.hasPrefix("--config=") { return String(word.dropFirst("--config=".count)) }
            guard word == "--config" else { continue }
            guard words.indices.contains(index + 1) else { throw CommandFailure(.usage, "--config takes a file") }
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
        switch kind {
        case .option: return setting.values.map { "--\(setting.name)=\($0)" }
        case .flag:
            switch setting.values.first?.lowercased() {
            case "true", "yes", "on": return ["--\(setting.name)"]
            case "false", "no", "off": return []
            default: throw CommandFailure(.usage, "\(file.path):\(setting.line): '\(setting.name)' is true or false")
            }
        }
    }

    /// A setting that nothing reads is a mistake: better told than passed over.
    private static func check(_ file: ConfigurationFile, _ options: CommandOptions) throws {
        var seen: Set<String> = []
        for setting in file.settings {
            let place = "\(file.path):\(setting.line)"
            let isKnown =
                if let command = setting.command { options.commands[command]?[setting.name] != nil } else {
                    options.commands.values.contains { $0[setting.name] != nil }
                }
            guard isKnown else {
                throw CommandFailure(
                    .usage, "\(place): there is no setting '\(setting.name)'\(setting.command.map { " of '\($0)'" } ?? "")")
            }
            guard seen.insert("\(setting.command ?? "") \(setting.name)").inserted else {
                throw CommandFailure(.usage, "\(place): '\(setting.name)' is set twice")
            }
        }
    }
}

extension AsyncParsableCommand {
    /// Runs the program with its command line and the settings of the file that `--config` names.
    public static func mainWithConfiguration() async {
        let arguments: [String]
        do {
            arguments = try ConfiguredArguments.merged(
                Array(CommandLine.arguments.dropFirst()), CommandOptions(of: Self.self)
            ) { path in
                String(decoding: try WholeFile.read(path, limit: 1 << 20), as: UTF8.self)
            }
        } catch {
            Console.complain("\(error)")
            exit(withError: ExitStatus(of: error).exitCode)
        }
        await main(arguments)
    }
}
