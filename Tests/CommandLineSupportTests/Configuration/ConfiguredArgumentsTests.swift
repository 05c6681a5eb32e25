import ArgumentParser
import Basics
import Testing

@testable import CommandLineSupport

@Suite struct ConfiguredArgumentsTests {
    private struct Program: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "program", subcommands: [Send.self, Look.self, Trust.self])
    }

    private struct Send: ParsableCommand {
        @Argument var paths: [String]
        @Option var to: String
        @Option var region: [String] = []
        @Flag var json = false
        @OptionGroup var home: HomeOptions
    }

    private struct Look: ParsableCommand {
        @Flag var json = false
        @OptionGroup var home: HomeOptions
    }

    private struct Trust: ParsableCommand {
        static let configuration = CommandConfiguration(subcommands: [List.self, Add.self], defaultSubcommand: Add.self)
    }

    private struct List: ParsableCommand {
        @Flag var all = false
        @OptionGroup var home: HomeOptions
    }

    private struct Add: ParsableCommand {
        /// ArgumentParser tells of a default command only by a name that was given.
        static let configuration = CommandConfiguration(commandName: "add")

        @Argument var card: String
        @Option var name: String
    }

    private func merged(_ arguments: [String], _ file: String = "") throws -> [String] {
        try ConfiguredArguments.merged(arguments, CommandOptions(of: Program.self)) { path in
            #expect(path == "f.yaml")
            return file
        }
    }

    private func failure(_ file: String) -> String {
        do {
            _ = try merged(["send", "--config", "f.yaml"], file)
            return "none"
        } catch {
            #expect((error as? OperationFailure)?.kind == .invalidRequest)
            return "\(error)"
        }
    }

    @Test func findsTheOptions() throws {
        let options = try CommandOptions(of: Program.self).commands
        let (one, several) = (CommandOptions.Kind.option(isRepeating: false), CommandOptions.Kind.option(isRepeating: true))
        #expect(options["send"]?.options == ["to": one, "region": several, "json": .flag, "home": one])
        #expect(options["look"]?.options == ["json": .flag, "home": one])
        #expect(options["trust"]?.subcommands["list"]?.options == ["all": .flag, "home": one])
    }

    @Test func withoutAFileNothingChanges() throws {
        for arguments in [[], ["send", "a"], ["unknown", "--config", "f.yaml"], ["send", "--", "--config", "f.yaml"]] {
            #expect(try merged(arguments, "to: lee") == arguments)
        }
    }

    @Test(arguments: [["--config", "f.yaml"], ["--config=f.yaml"]]) func settingsBecomeOptions(_ words: [String]) throws {
        let file = """
            # For all.
            to: lee
            json: true
            home: /a b
            region: [1, "2"]
            """
        #expect(
            try merged(["send", "path"] + words, file)
                == ["send", "--home=/a b", "--json", "--region=1", "--region=2", "--to=lee", "path"] + words)
        #expect(try merged(["look"] + words, file) == ["look", "--home=/a b", "--json"] + words, "only what the command has")
    }

    @Test func commandsBelowACommandHaveThemToo() throws {
        let file = "home: /h\nto: lee\ntrust:\n  all: yes\n  name: kim\n"
        #expect(
            try merged(["trust", "list", "--config", "f.yaml"], file) == ["trust", "list", "--all", "--home=/h", "--config", "f.yaml"])
        #expect(try merged(["trust", "c.card", "--config", "f.yaml"], file) == ["trust", "--name=kim", "c.card", "--config", "f.yaml"])
    }

    @Test func theCommandLineCounts() throws {
        let words = ["send", "--to", "kim", "--region=9", "--json", "--config", "f.yaml", "path"]
        #expect(try merged(words, "to: lee\nregion: [1, 2]\njson: true") == words)
    }

    @Test func whatIsSaidForTheCommandCounts() throws {
        let file = "to: lee\njson: true\nsend:\n  to: kim\n  json: no\nlook:\n  json: false\n"
        #expect(try merged(["send", "--config", "f.yaml"], file) == ["send", "--to=kim", "--config", "f.yaml"])
    }

    @Test func anEmptyFileSaysNothing() throws {
        for file in ["", "# only a comment\n", "---\n"] {
            #expect(try merged(["look", "--config", "f.yaml"], file) == ["look", "--config", "f.yaml"])
        }
    }

    @Test(arguments: [
        ("to: lee\ntoo: lee", "f.yaml:2: there is no setting 'too'"),
        ("look:\n  to: lee", "f.yaml:2: there is no setting 'to' of 'look'"),
        ("config: other", "f.yaml:1: there is no setting 'config'"),
        ("json: perhaps", "f.yaml:1: 'json' is true or false"),
        ("to: [x, lee]", "f.yaml:1: 'to' takes one value, not a list"), ("to: [lee]", "f.yaml:1: 'to' takes one value, not a list"),
        ("home: []", "f.yaml:1: 'home' takes one value, not a list"), ("json: [true, no]", "f.yaml:1: 'json' is true or false"),
        ("json: true\nto:\n", "f.yaml:2: 'to' has no value"), ("region: ~", "f.yaml:1: 'region' has no value"),
        ("look:\n  home: [a, b]", "f.yaml:2: 'home' takes one value, not a list"),
        ("to: {a: b}", "f.yaml:1: 'to' takes a plain value or a list of them"),
        ("region: [[1]]", "f.yaml:1: 'region' takes a list of plain values"),
        ("- to", "f.yaml:1: settings are written as 'name: value'"),
    ]) func mistakesAreToldWithTheirLine(_ file: String, _ reason: String) {
        #expect(failure(file) == reason)
    }

    @Test func brokenFilesAreTold() {
        #expect(failure("to: [").hasPrefix("f.yaml: this is no YAML"))
        #expect(failure("to: a\nto: b").hasPrefix("f.yaml"))
        #expect(throws: OperationFailure.self) { try merged(["send", "--config"]) }
    }
}
