import Foundation
import SeededRandomness
import TestSupport
import Testing

/// `veilray-receive accept` with real programs: corrected headers that were set aside.
@Suite struct AcceptTests {
    /// Sends a study, then the same with corrected headers. Returns the receiver, which runs on, and its address.
    private func corrected(_ count: Int, _ options: [String] = []) async throws -> (Site, RunningProgram, address: String) {
        let site = try await Site.withTrust()
        try site.writeStudy(count, side: 64)
        let (receiver, address) = try await site.startReceiver(options)
        #expect(try await site.send([site.originals], to: address).status == 0)
        for number in 1...count {
            let image = SyntheticImage(instance: number, patientName: "CORRECTED^NAME")
            _ = try site.write(image.file(), as: "image-\(number).dcm")
        }
        let sent = try await site.send([site.originals], to: address)
        #expect(sent.status == 65, "\(sent.errors)")
        try await receiver.event("incomplete")
        return (site, receiver, address)
    }

    private func accept(_ site: Site, _ words: String...) async throws -> Finished {
        try await run(Programs.receive, ["accept", "--home", site.radiologistHome, "--json"] + words)
    }

    private func current(_ site: Site) -> [String: Data] {
        site.files(below: site.inbox).filter { !$0.key.hasPrefix("versions/") && !$0.key.hasPrefix("conflicts/") }
    }

    private func corrections(_ site: Site) -> Set<Data> { Set(site.files(below: site.originals).values) }

    /// Beside `serve`: the corrected files are current, the earlier ones kept, the markers true, and sent again all is known.
    @Test(.timeLimit(.minutes(5)), arguments: [[], ["--layout", "flat"]]) func besideServe(_ options: [String]) async throws {
        let (site, receiver, address) = try await corrected(3, options)
        let earlier = current(site)
        let conflicts = site.inbox + "/conflicts"
        #expect(site.files(below: conflicts).count == 3)
        let unasked = try await accept(site, conflicts)
        #expect(unasked.status == 64)
        #expect(unasked.errors.contains("--yes"))
        let accepted = try await accept(site, conflicts, "--yes")
        #expect(accepted.status == 0, "\(accepted.errors)")
        #expect(accepted.events(named: "accepted").count == 3)
        #expect(Set(current(site).keys) == Set(earlier.keys))
        #expect(Set(current(site).values) == corrections(site))
        #expect(Set(site.files(below: site.inbox + "/versions").values) == Set(earlier.values))
        #expect(site.files(below: conflicts).isEmpty)
        let marker = try #require(site.markers.first)
        let text = try String(contentsOfFile: "\(site.inbox)/\(marker)", encoding: .utf8)
        #expect(text.components(separatedBy: "\"replaces\"").count == 4, "\(text)")
        // Nothing is sent, nothing is set aside again.
        #expect(try await site.send([site.originals], to: address).status == 0)
        let again = try await accept(site, conflicts, "--yes")
        #expect(again.status == 0, "\(again.errors)")
        #expect(again.events(named: "accepted").allSatisfy { $0["isKnown"] as? Bool == true })
        receiver.signal(SIGTERM)
        let received = await receiver.finish()
        #expect(received.events(named: "conflict").count == 3)
        #expect(received.events(named: "instance").count { $0["known"] as? Bool == true } == 3)
        #expect(Set(current(site).values) == corrections(site))
        let status = try await run(Programs.receive, ["status", "--home", site.radiologistHome])
        #expect(status.output.contains("complete (replaced: 3)"), "\(status.output)")
        #expect(status.output.contains("incomplete (accepted: 3)"), "\(status.output)")
        #expect(status.output.contains("CORRECTED^NAME, SYN-4711-0815"))
    }

    private static let kills = ProcessInfo.processInfo.environment["VEILRAY_SOAK"].flatMap(Int.init) ?? 8
    private static let seed = ProcessInfo.processInfo.environment["VEILRAY_SEED"].flatMap(UInt64.init) ?? .random(in: 0...UInt64.max)

    /// Killed at any moment: every file is whole and somewhere, none is lost, and the same command completes it.
    @Test(.timeLimit(.minutes(5))) func killedInTheMiddle() async throws {
        let (site, receiver, _) = try await corrected(12)
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
        let earlier = current(site)
        let everything = Set(site.files(below: site.inbox).values)
        var random = SplitMix64(seed: Self.seed)
        let words = ["accept", "--home", site.radiologistHome, "--json", site.inbox + "/conflicts", "--yes"]
        for _ in 0..<Self.kills {
            let program = try RunningProgram(Programs.receive, words)
            try await Task.sleep(for: .milliseconds(Int.random(in: 5...120, using: &random)))
            program.signal(SIGKILL)
            _ = await program.finish()
            let files = site.files(below: site.inbox)
            #expect(everything.isSubset(of: Set(files.values)), "seed \(Self.seed): a file is lost")
            #expect(Set(files.values).isSubset(of: everything), "seed \(Self.seed): a file is not whole")
            #expect(Set(current(site).keys) == Set(earlier.keys), "seed \(Self.seed): a place is empty")
        }
        let last = try await run(Programs.receive, words)
        #expect(last.status == 0, "seed \(Self.seed): \(last.errors)")
        #expect(Set(current(site).values) == corrections(site), "seed \(Self.seed)")
        #expect(Set(site.files(below: site.inbox + "/versions").values) == Set(earlier.values), "seed \(Self.seed)")
        #expect(site.files(below: site.inbox + "/versions").count == 12, "seed \(Self.seed)")
        let journal = Journal(path: site.receiverState + "/inbox.sqlite")
        #expect(journal.isIntact)
        #expect(journal.number("SELECT COUNT(*) FROM instance WHERE accepted IS NOT NULL") == 12)
        #expect(journal.number("SELECT COUNT(*) FROM instance WHERE replaced IS NOT NULL") == 12)
    }

    @Test(.timeLimit(.minutes(5))) func nothingElseIsAccepted() async throws {
        let (site, receiver, _) = try await corrected(1)
        let before = site.files(below: site.inbox)
        let own = try #require(before.keys.first { !$0.hasPrefix("conflicts/") })
        let inbox = site.inbox
        for path in [inbox, "\(inbox)/\(own)", "\(inbox)/conflicts/nothing.dcm", site.originals + "/image-1.dcm", "/etc/passwd"] {
            let refused = try await accept(site, path, "--yes")
            #expect(refused.status == 64, "\(path): \(refused.output)\(refused.errors)")
        }
        #expect(site.files(below: site.inbox) == before)
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
        let empty = try await run(Programs.receive, ["accept", "--home", site.clinicHome, site.inbox, "--yes"])
        #expect(empty.status == 64, "\(empty.errors)")
    }
}
