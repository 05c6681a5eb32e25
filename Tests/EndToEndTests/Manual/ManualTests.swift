import CommandLineSupport
import Foundation
import TestSupport
import Testing

@Suite("Manual", .needs("python3"))
struct ManualTests {
    @Test("docs/commands.md and the README's table say what the commands say; 'make docs' writes both")
    func documentsAreUpToDate() async throws {
        let finished = try await ManualGenerator.run(["--programs", Programs.folder, "--docs", "--check"])
        #expect(finished.status == 0, "\(finished.errors)")
    }

    @Test("every command has a page, and what is hidden has neither a page nor a completion")
    func pagesOfTheCommands() async throws {
        for program in [Programs.send, Programs.receive] {
            let pages = try await ManualGenerator.pages(["--programs", Programs.folder])
            let commands = try await CommandList(of: program)
            let name = (program as NSString).lastPathComponent
            #expect(!commands.visible.isEmpty)
            for command in commands.visible { #expect(pages["man1/\(name)-\(command).1"] != nil, "\(name) \(command)") }
            for shell in ["bash", "zsh", "fish"] {
                let completion = try await run(program, ["--generate-completion-script", shell]).output
                for command in commands.hidden {
                    #expect(pages["man1/\(name)-\(command).1"] == nil)
                    let word = try Regex(#"(^|[^\w-])\#(command)([^\w-]|$)"#)
                    // A word of a description may be the same, so only lines that offer words are looked at.
                    let offers = completion.split(separator: "\n").filter { $0.contains("compgen -W") || $0.contains("-fa '\(command)'") }
                    #expect(!offers.contains { $0.contains(word) }, "\(shell) offers \(command)")
                }
            }
        }
    }

    @Test("mandoc finds no fault in any page", .needs("mandoc"))
    func pagesAreValid() async throws {
        let mandoc = try #require(ManualGenerator.mandoc)
        for (name, page) in try await ManualGenerator.pages(["--programs", Programs.folder]) {
            let file = NSTemporaryDirectory() + "veilray-page-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: file) }
            try page.write(toFile: file, atomically: true, encoding: .utf8)
            let finished = try await run(mandoc, ["-Tlint", "-Wwarning", file])
            #expect(finished.status == 0, "\(name): \(finished.output)\(finished.errors)")
        }
    }

    @Test("what a help text says appears as it is, whatever roff would make of it")
    func textIsNoRequest() async throws {
        let dump = """
            {"serializationVersion": 0, "command": {"commandName": "tool", "abstract": "A tool.", "subcommands": [
              {"commandName": "hidden", "abstract": "Not for people.", "shouldDisplay": false},
              {"commandName": "go", "abstract": "Goes.", "discussion":
                "First sentence. Second one with --dry-run and C:\\\\path.\\n\\n.so /etc/passwd is text.\\n\\nExample: tool go '.'",
                "arguments": [{"kind": "option", "names": [{"kind": "long", "name": "to"}], "valueName": "x", "abstract": "Where to.",
                  "isOptional": false, "isRepeating": true, "allValues": ["a", "b"], "defaultValue": "a"}]}]}}
            """
        let file = NSTemporaryDirectory() + "veilray-dump-\(UUID().uuidString).json"
        defer { try? FileManager.default.removeItem(atPath: file) }
        try dump.write(toFile: file, atomically: true, encoding: .utf8)
        // The sections written by hand belong to the real programs, so only the command's page is asked for.
        let script = """
            import sys; sys.path.insert(0, sys.argv[1]); import commands, mdoc, datetime, pathlib
            program = commands.read(pathlib.Path(sys.argv[2]).read_text())
            print(mdoc.command_page(program.subcommands[0], datetime.date(2026, 1, 2)), len(program.subcommands), sep="")
            """
        let python = try #require(ManualGenerator.python)
        let finished = try await run(
            python, ["-c", script, ManualGenerator.folder, file], environment: ["PYTHONDONTWRITEBYTECODE": "1"])
        #expect(
            finished.output == #"""
                .\" Made from the command definitions by scripts/manual. Change those, not this page.
                .Dd January 2, 2026
                .Dt TOOL-GO 1
                .Os Veilray
                .Sh NAME
                .Nm tool-go
                .Nd Goes
                .Sh SYNOPSIS
                .Nm tool
                .Cm go
                .Fl -to Ar \&x Ns ...
                .Sh DESCRIPTION
                First sentence.
                Second one with \-\-dry-run and C:\epath.
                .Pp
                \&.so /etc/passwd is text.
                .Pp
                Options:
                .Bl -tag -width Ds
                .It Fl -to Ar \&x
                Where to.
                One of a, b.
                By default a.
                May be given more than once.
                .El
                .Sh EXIT STATUS
                All exit codes are listed in
                .Xr tool 1 .
                .Sh EXAMPLES
                .Bd -literal -offset indent
                tool go '.'
                .Ed
                .Sh SEE ALSO
                .Xr tool 1 ,
                .Xr veilray 5
                1

                """#, "\(finished.errors)")
    }

    @Test("the manual lists the exit codes that there are")
    func exitCodes() throws {
        let page = try String(contentsOfFile: "\(Package.folder)/packaging/manual/exit-status.mdoc", encoding: .utf8)
        let listed = page.split(separator: "\n").compactMap { $0.hasPrefix(".It ") ? Int32($0.dropFirst(4)) : nil }
        #expect(listed == ExitStatus.allCases.map(\.rawValue))
    }
}

/// `scripts/manual/generate.py`.
enum ManualGenerator {
    static let folder = "\(Package.folder)/scripts/manual"
    static let python = ForeignPrograms.path(of: "python3")
    static let mandoc = ForeignPrograms.path(of: "mandoc")

    static func run(_ arguments: [String]) async throws -> Finished {
        try await TestSupport.run(python ?? "python3", ["\(folder)/generate.py"] + arguments, environment: ["SOURCE_DATE_EPOCH": "0"])
    }

    /// The pages by their names in the manual's folder, as `man1/tool.1`.
    static func pages(_ source: [String]) async throws -> [String: String] {
        let target = NSTemporaryDirectory() + "veilray-manual-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: target) }
        let finished = try await run(source + ["--man", target])
        #expect(finished.status == 0, "\(finished.errors)")
        var pages: [String: String] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: target) where name.contains(".") {
            pages[name] = try String(contentsOfFile: "\(target)/\(name)", encoding: .utf8)
        }
        return pages
    }
}

/// The sub-commands of a program, by whether its help shows them.
struct CommandList {
    let visible: [String]
    let hidden: [String]

    private struct Tool: Decodable {
        struct Command: Decodable {
            let commandName: String
            let shouldDisplay: Bool?
            let subcommands: [Command]?
        }
        let command: Command
    }

    init(of program: String) async throws {
        let dump = try await run(program, ["--experimental-dump-help"]).output
        let commands = try JSONDecoder().decode(Tool.self, from: Data(dump.utf8)).command.subcommands ?? []
        visible = commands.filter { $0.shouldDisplay != false && $0.commandName != "help" }.map(\.commandName)
        hidden = commands.filter { $0.shouldDisplay == false }.map(\.commandName)
    }
}
