import ArgumentParser
import Foundation

/// The options of each command of a program.
struct CommandOptions: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// Takes a value; more than one where it may be repeated.
        case option(isRepeating: Bool)
        case flag
    }

    struct Command: Sendable, Equatable {
        /// By long name without dashes.
        var options: [String: Kind] = [:]
        /// By name.
        var subcommands: [String: Command] = [:]
        /// The one that runs where none is named.
        var defaultSubcommand: String?

        /// Its own options and those of its subcommands.
        var allOptions: [String: Kind] {
            subcommands.values.reduce(options) { $0.merging($1.allOptions) { first, _ in first } }
        }
    }

    /// By name.
    let commands: [String: Command]

    init(commands: [String: Command]) {
        self.commands = commands
    }

    /// Asks ArgumentParser, in the form that it prints for `--experimental-dump-help`.
    init(of program: any ParsableCommand.Type) throws {
        let tool = try JSONDecoder().decode(Tool.self, from: Data(program._dumpHelp().utf8))
        commands = tool.command.subcommandsByName
    }

    /// The command that a command line begins with, and how many words name it.
    func command(of words: [String]) -> (command: Command, wordCount: Int)? {
        guard let name = words.first, var command = commands[name] else { return nil }
        var count = 1
        while count < words.count, let subcommand = command.subcommands[words[count]] {
            command = subcommand
            count += 1
        }
        if let name = command.defaultSubcommand, let subcommand = command.subcommands[name] {
            command.options.merge(subcommand.options) { own, _ in own }
        }
        return (command, count)
    }

    private struct Tool: Decodable {
        let command: ToolCommand
    }

    private struct ToolCommand: Decodable {
        let commandName: String
        let subcommands: [ToolCommand]?
        let defaultSubcommand: String?
        let arguments: [Argument]?

        var subcommandsByName: [String: Command] {
            Dictionary(
                (subcommands ?? []).map { ($0.commandName, $0.asCommand) },
                uniquingKeysWith: { first, _ in first })
        }

        private var asCommand: Command {
            Command(options: options, subcommands: subcommandsByName, defaultSubcommand: defaultSubcommand)
        }

        private var options: [String: Kind] {
            var options: [String: Kind] = [:]
            for argument in arguments ?? [] {
                let kind: Kind
                switch argument.kind {
                case "option": kind = .option(isRepeating: argument.isRepeating)
                case "flag": kind = .flag
                default: continue
                }
                for name in argument.names ?? [] where name.kind == "long" { options[name.name] = kind }
            }
            // These say what to do instead of the command, or where these settings are.
            for name in ["help", "version", "config"] { options[name] = nil }
            return options
        }
    }

    private struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String
        }

        let kind: String
        let isRepeating: Bool
        let names: [Name]?
    }
}
