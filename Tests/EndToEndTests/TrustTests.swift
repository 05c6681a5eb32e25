import Foundation
import TestSupport
import Testing

/// The commands by which people decide whom to trust, as scripts and terminals run them.
@Suite(.timeLimit(.minutes(2))) struct TrustTests {
    private let site: Site
    private let card: String

    init() async throws {
        site = try Site()
        try await site.makeIdentities()
        card = site.folder + "/radiologist.card"
        try await site.succeed(Programs.receive, ["card", "--home", site.radiologistHome]).output
            .write(toFile: card, atomically: true, encoding: .utf8)
    }

    private func trust(_ words: [String]) async throws -> Finished {
        try await run(Programs.send, ["trust"] + words + ["--home", site.clinicHome])
    }

    /// Runs the command in a shell, where `$1` is the program and `$2` the words behind it.
    private func shell(_ script: String, _ words: [String]) async throws -> Finished {
        try await run("/bin/bash", ["-c", script, "bash", Programs.send] + ["trust"] + words + ["--home", site.clinicHome])
    }

    @Test func nobodyIsTrustedUnasked() async throws {
        for words in [[card], [card, "--yes"]] {
            let refused = try await trust(words)
            #expect(refused.status == 64, "\(refused.errors)")
            #expect(refused.errors.contains("--fingerprint") && refused.errors.contains("terminal"), "\(refused.errors)")
        }
        let piped = try await shell("cat '\(card)' | \"$@\" -", [])
        #expect(piped.status == 64 && piped.errors.contains("--fingerprint"), "\(piped.errors)")
        #expect(try await trust(["list"]).output == "No card is trusted.\n")
        let fingerprint = try await site.fingerprint(of: site.radiologistHome)
        let given = try await shell("cat '\(card)' | \"$@\" -", ["--fingerprint", fingerprint])
        #expect(given.status == 0, "\(given.errors)")
    }

    /// util-linux' script(1) gives the command a terminal.
    @Test(.needs("script"), arguments: [("y", Int32(0)), ("n", 77)])
    func aPersonIsAsked(_ answer: String, _ status: Int32) async throws {
        let command = "'\(Programs.send)' trust '\(card)' --as lee --home '\(site.clinicHome)'"
        let asked = try await run(
            "/bin/bash", ["-c", "echo \(answer) | script --quiet --return --command \"$1\" /dev/null", "bash", command])
        #expect(asked.status == status, "\(asked.output)\(asked.errors)")
        #expect(asked.output.contains("Is this the fingerprint that its owner has told you? [y/N]"), "\(asked.output)")
        #expect(try await trust(["list"]).output.contains("lee") == (answer == "y"))
    }

    @Test func looksRenamesAndRemoves() async throws {
        try await site.trust(site.radiologistHome, by: Programs.send, site.clinicHome, as: "lee")
        let fingerprint = try await site.fingerprint(of: site.radiologistHome)
        let listed = try await trust(["list", "--json"])
        let line = try #require(listed.events(named: "trusted").first)
        #expect(line["name"] as? String == "lee" && line["ownName"] as? String == "Test Radiologist")
        #expect(line["fingerprint"] as? String == fingerprint)
        let shown = try await trust(["show", "lee"])
        #expect(shown.output.contains(fingerprint) && shown.output.contains("Certificate:"), "\(shown.output)")
        #expect(try await trust(["rename", "lee", "Dr. Lee"]).status == 0)
        let unknown = try await trust(["show", "lee"])
        #expect(unknown.status == 64 && unknown.errors.contains("there are: Dr. Lee"), "\(unknown.errors)")
        #expect(try await trust(["remove", "Dr. Lee"]).status == 64)
        #expect(try await trust(["remove", "Dr. Lee", "--yes"]).status == 0)
        #expect(try await trust(["list"]).output == "No card is trusted.\n")
    }

    /// A study that waits goes on under the new name, and is named before its receiver is trusted no more.
    @Test func queuedStudiesFollowTheirReceiver() async throws {
        try await site.trust(site.radiologistHome, by: Programs.send, site.clinicHome, as: "radiologist")
        try await site.trust(site.clinicHome, by: Programs.receive, site.radiologistHome, as: "clinic")
        _ = try site.write(SyntheticImage().file(), as: "image.dcm")
        #expect(try await site.send([site.originals], to: "127.0.0.1:1", ["--no-wait"]).status == 0)
        #expect(try await trust(["rename", "radiologist", "lee"]).output.contains("--to lee"))
        let removed = try await trust(["remove", "lee", "--yes"])
        #expect(removed.output.contains("1 study waits"), "\(removed.output)")
        try await site.trust(site.radiologistHome, by: Programs.send, site.clinicHome, as: "lee")
        let (receiver, address) = try await site.startReceiver()
        let sent = try await run(
            Programs.send, ["study", site.originals, "--home", site.clinicHome, "--to", "lee", "--address", address, "--json"])
        #expect(sent.status == 0, "\(sent.errors)")
        #expect(sent.events(named: "queued").first?["joined"] as? Bool == true)
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
    }
}
