import Foundation
import TestSupport
import Testing

/// What cannot be printed is told, by every command of both programs.
@Suite struct OutputTests {
    /// How a shell starts a program whose output goes nowhere.
    private enum Output: String, CaseIterable {
        case full = #"exec "$0" "$@" >/dev/full"#
        case closed = #"exec "$0" "$@" >&-"#
        /// The reader has gone before the program starts.
        case withoutReader = #"exec 3> >(true); wait $!; exec "$0" "$@" >&3"#
        /// The same for a program that was started with SIGPIPE ignored, as services and scripts of other languages may start it.
        case withoutReaderIgnored = #"trap '' PIPE; exec 3> >(true); wait $!; exec "$0" "$@" >&3"#
    }

    private func run(_ output: Output, _ program: String, _ arguments: [String]) async throws -> Finished {
        try await TestSupport.run("/bin/bash", ["-c", output.rawValue, program] + arguments)
    }

    /// Every command line of a program that prints something and needs no peer.
    private func commandLines(_ program: String, home: String) async throws -> [[String]] {
        let dump = try await TestSupport.run(program, ["--experimental-dump-help"]).output
        let tool = try JSONDecoder().decode(Tool.self, from: Data(dump.utf8))
        return [["--help"], ["--version"], ["--generate-completion-script", "bash"], ["--experimental-dump-help"], [], ["help", "card"]]
            + tool.command.paths.map { $0 + ["--help"] }
            + [["card", "--home", home], ["status", "--home", home], ["init", "--home", home + "-other", "--name", "Other"]]
    }

    private struct Tool: Decodable {
        struct Command: Decodable {
            let commandName: String
            let subcommands: [Command]?

            var paths: [[String]] {
                (subcommands ?? []).flatMap { command in [[command.commandName]] + command.paths.map { [command.commandName] + $0 } }
            }
        }

        let command: Command
    }

    @Test func aFullDiskIsTold() async throws {
        let site = try Site()
        try await site.makeIdentities()
        for (program, home) in [(Programs.send, site.clinicHome), (Programs.receive, site.radiologistHome)] {
            let lines = try await commandLines(program, home: home)
            #expect(lines.count > 20 || program == Programs.receive)
            for words in lines {
                let finished = try await run(.full, program, words)
                #expect(finished.status == 74, "\(words)")
                #expect(finished.errors.contains("standard output could not be written: No space left on device"), "\(words)")
            }
        }
    }

    @Test(arguments: [["card"], ["status"], ["--help"]]) func aReaderThatHasGone(_ words: [String]) async throws {
        let site = try Site()
        try await site.makeIdentities()
        let words = words == ["--help"] ? words : words + ["--home", site.radiologistHome]
        let piped = try await run(.withoutReader, Programs.receive, words)
        #expect(piped.status == -SIGPIPE)
        #expect(piped.errors == "")
        let ignored = try await run(.withoutReaderIgnored, Programs.receive, words)
        #expect(ignored.status == 74)
        #expect(ignored.errors.contains("standard output could not be written: Broken pipe"))
        let closed = try await run(.closed, Programs.receive, words)
        #expect(closed.status == 74)
        #expect(closed.errors.contains("standard output could not be written: Bad file descriptor"))
    }

    /// The lines of a transfer are lost, the files are not.
    @Test func aTransferGoesOnAndTells() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(2)
        let (receiver, address) = try await site.startReceiver(["--layout", "flat", "--studies", "1"])
        let sent = try await run(.full, Programs.send, site.sending([site.originals], to: address))
        #expect(sent.status == 74)
        #expect(sent.errors.contains("No space left on device"))
        #expect(await receiver.finish().status == 0)
        #expect(site.files(below: site.inbox) == site.files(below: site.originals))
    }

    /// No journal, no peer may take the place of a descriptor that the program was started without.
    @Test func withoutStandardDescriptors() async throws {
        let site = try Site()
        try await site.makeIdentities()
        let finished = try await TestSupport.run(
            "/bin/bash", ["-c", #"exec "$0" "$@" <&- >&- 2>&-"#, Programs.send, "deliver", "--once", "--home", site.clinicHome])
        #expect(finished.status == 0, "it has nothing to say")
        let journal = try #require(FileManager.default.contents(atPath: site.clinicHome + "/state/outbox.sqlite"))
        #expect(journal.starts(with: Data("SQLite format 3\0".utf8)))
    }
}
