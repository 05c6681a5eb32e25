import ArgumentParser
import Foundation

/// Which options each command of a program has.
struct CommandOptions: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// Takes a value.
        case option
        case flag
    }

    /// By command, then by the option's long name without dashes.
    let commands: [String: [String: Kind]]

    init(commands: [String: [String: Kind]]) {
        self.commands = commands
    }

    /// Asks ArgumentParser, in the form that it prints for `--experimental-dump-help`.
    init(of program: any ParsableCommand.Type) throws {
        let tool = try JSONDecoder().decode(Tool.self, from: Data(program._dumpHelp().utf8))
        commands = Dictionary(
            (tool.command.subcommands ?? []).map { ($0.commandName, $0.options) }, uniquingKeysWith: { first, _ in first })
    }

    private struct Tool: Decodable {
        let command: Command
    }

    private struct Command: Decodable {
        let commandName: String
        let subcommands: [Command]?
        let arguments: [Argument]?

        var options: [String: Kind] {
            var options: [String: Kind] = [:]
            for argument in arguments ?? [] {
                guard let kind: Kind = argument.kind == "option" ? .option : argument.kind == "flag" ? .flag : nil else { continue }
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
        let names: [Name]?
    }
}
