import ArgumentParser
import Foundation

/// Which options each command of a program has.
struct CommandOptions: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// Takes a value.
        case option
        case flag
    }

    /// By command, then by the option's long name without dashes. A command that has others below it has their options.
    let commands: [String: [String: Kind]]
    /// The commands below a command, each with its own options. The one without a name is what the command does without one.
    private let below: [String: [String: [String: Kind]]]

    /// What the words of a command line begin with, and the options that they may have behind that.
    ///
    /// - Returns: `nil` where they begin with no command.
    func command(in words: [String]) -> (wordCount: Int, options: [String: Kind])? {
        guard let first = words.first, let all = commands[first] else { return nil }
        guard let below = below[first] else { return (1, all) }
        if words.count > 1, let options = below[words[1]] { return (2, options) }
        return (1, below[""] ?? [:])
    }

    /// Asks ArgumentParser, in the form that it prints for `--experimental-dump-help`.
    init(of program: any ParsableCommand.Type) throws {
        let tool = try JSONDecoder().decode(Tool.self, from: Data(program._dumpHelp().utf8))
        let known = tool.command.subcommands ?? []
        commands = Dictionary(known.map { ($0.commandName, $0.allOptions) }, uniquingKeysWith: { first, _ in first })
        below = Dictionary(
            known.compactMap { command in command.below.map { (command.commandName, $0) } }, uniquingKeysWith: { first, _ in first })
    }

    private struct Tool: Decodable {
        let command: Command
    }

    private struct Command: Decodable {
        let commandName: String
        let subcommands: [Command]?
        let defaultSubcommand: String?
        let arguments: [Argument]?

        var allOptions: [String: Kind] {
            (subcommands ?? []).reduce(options) { all, command in all.merging(command.allOptions) { first, _ in first } }
        }

        /// `nil` of a command without others below it.
        var below: [String: [String: Kind]]? {
            guard let subcommands, !subcommands.isEmpty else { return nil }
            var below = Dictionary(subcommands.map { ($0.commandName, $0.options) }, uniquingKeysWith: { first, _ in first })
            below[""] = defaultSubcommand.flatMap { below[$0] }
            return below
        }

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
