import Foundation
import Testing

/// `--forward`: DCMTK's `storescp` is the PACS.
@Suite struct ForwardTests {
    private static let pacs = "/usr/bin/storescp"

    private func startPACS(_ site: Site, port: Int, _ more: [String] = []) throws -> RunningProgram {
        try FileManager.default.createDirectory(atPath: site.folder + "/pacs", withIntermediateDirectories: true)
        return try RunningProgram(Self.pacs, ["-aet", "PACS", "-od", site.folder + "/pacs"] + more + [String(port)])
    }

    /// A port that nobody has, for now.
    private func freePort() throws -> Int {
        try SilentListener().port
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: pacs)), .timeLimit(.minutes(5)))
    func awayAndBack() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(5)
        let port = try freePort()
        let options = ["--forward", "PACS@127.0.0.1:\(port)", "--calling", "READER"]
        let (first, address) = try await site.startReceiver(options)
        #expect(try await site.send([site.originals], to: address).status == 0)
        try await first.event("forwardingFailed")
        // A PACS that is away holds nothing up and is not forgotten by a crash.
        first.signal(SIGKILL)
        _ = await first.finish()
        let (second, _) = try await site.startReceiver(options)
        try await second.event("forwardingFailed")
        let pacs = try startPACS(site, port: port)
        let forwarded = try await second.event("forwarded")
        #expect(forwarded["instances"] as? Int == 5)
        #expect(try FileManager.default.contentsOfDirectory(atPath: site.folder + "/pacs").count == 5)
        let status = try await run(Programs.receive, ["status", "--json", "--home", site.radiologistHome])
        #expect(status.events.first?["forwarding"] as? String == "done")
        // Once accepted, never again.
        second.signal(SIGTERM)
        _ = await second.finish()
        let (third, _) = try await site.startReceiver(options)
        try await Task.sleep(for: .seconds(2))
        third.signal(SIGTERM)
        let last = await third.finish()
        #expect(last.events(named: "forwarded").isEmpty && last.events(named: "forwardingFailed").isEmpty)
        pacs.signal(SIGTERM)
        _ = await pacs.finish()
    }

    /// Accepts the connection and never says a word: the receiver is not held up, and hands on when the PACS speaks again.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: pacs)), .timeLimit(.minutes(5)))
    func silentPACS() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(2)
        var silent: SilentListener? = try SilentListener()
        let port = try #require(silent?.port)
        let (receiver, address) = try await site.startReceiver(["--forward", "PACS@127.0.0.1:\(port)", "--forward-timeout", "1"])
        #expect(try await site.send([site.originals], to: address).status == 0)
        try await receiver.event("forwardingFailed")
        silent = nil
        let pacs = try startPACS(site, port: port)
        try await receiver.event("forwarded")
        #expect(try FileManager.default.contentsOfDirectory(atPath: site.folder + "/pacs").count == 2)
        for program in [receiver, pacs] {
            program.signal(SIGTERM)
            _ = await program.finish()
        }
    }

    /// A study of which no file can be read any more is no PACS that is away, and no reason for another one to wait.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: pacs)), .timeLimit(.minutes(5)))
    func anUnreadableStudyHoldsUpNobody() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(2, folder: "first/")
        try site.writeStudy(3, studyUID: "2.25.1002", folder: "second/")
        let port = try freePort()
        let (receiver, address) = try await site.startReceiver(["--layout", "flat", "--forward", "PACS@127.0.0.1:\(port)"])
        #expect(try await site.send([site.originals + "/first"], to: address).status == 0)
        try await receiver.event("forwardingFailed")
        for (name, _) in site.files(below: site.inbox) { try FileManager.default.removeItem(atPath: "\(site.inbox)/\(name)") }
        let pacs = try startPACS(site, port: port)
        while !receiver.events(named: "forwardingFailed").contains(where: { ($0["reason"] as? String)?.contains("no longer") == true }) {
            try #require(receiver.isRunning)
            try await Task.sleep(for: .milliseconds(50))
        }
        let tries = receiver.events(named: "forwardingFailed").count
        #expect(try await site.send([site.originals + "/second"], to: address).status == 0)
        let forwarded = try await receiver.event("forwarded")
        #expect(forwarded["instances"] as? Int == 3)
        // It went at once, not with the next try of the other one.
        #expect(receiver.events(named: "forwardingFailed").count <= tries + 1)
        for program in [receiver, pacs] {
            program.signal(SIGTERM)
            _ = await program.finish()
        }
    }
}
